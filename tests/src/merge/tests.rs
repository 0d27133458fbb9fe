use proptest::prelude::*;
use proptest::sample::Index;
use tablecast_protocol::Epoch;

use super::*;

const SOURCES: [&str; 3] = ["tablecast/orders/acme", "tablecast/orders/globex", "tablecast/profiles/ada"];

/// A resume of one source, as the server sends it.
#[derive(Debug, Clone)]
struct Resume {
    /// The subject of each offset, from offset 1 on.
    subjects: Vec<u8>,
    /// The end of the first replay, before the server writes the subscription.
    replayed_to: u64,
    /// The end of the second replay, after the server wrote the subscription.
    end: u64,
    /// Number of offsets before `end` that are also sent live, by dispatchers that were still running.
    early: u64,
}

/// An event that arrives: the index of its source, whether it belongs to the second replay, and its offset.
type Arrival = (usize, bool, u64);

fn resumes() -> impl Strategy<Value = Resume> {
    let subjects = prop::collection::vec(0..4_u8, 1..20);
    (subjects, any::<[Index; 2]>(), 0..10_u64).prop_map(|(subjects, [one, other], early)| {
        let ends = subjects.len() + 1;
        let (one, other) = (one.index(ends) as u64, other.index(ends) as u64);
        Resume { subjects, replayed_to: one.min(other), end: one.max(other), early }
    })
}

fn at(offset: u64) -> Position {
    Position { epoch: Epoch(1), offset }
}

impl Resume {
    /// The second replay and the live events of each subject. Each of these sequences is in order.
    fn sequences(&self, source: usize) -> Vec<VecDeque<Arrival>> {
        let second_replay = (self.replayed_to + 1..=self.end).map(|offset| (source, true, offset)).collect();
        let first_live = (self.end + 1).saturating_sub(self.early).max(1);
        let live = |subject: u8| {
            let offsets = first_live..=self.subjects.len() as u64;
            let own = offsets.filter(|offset| self.subjects[*offset as usize - 1] == subject);
            own.map(|offset| (source, false, offset)).collect()
        };
        [second_replay].into_iter().chain((0..4).map(live)).collect()
    }
}

/// Returns the events after the first replays. `order` says which sequence sends the next one: dispatchers
/// send subjects independently.
fn interleaved(resumes: &[Resume], order: &[Index]) -> Vec<Arrival> {
    let mut sequences: Vec<_> =
        resumes.iter().enumerate().flat_map(|(source, resume)| resume.sequences(source)).collect();
    let mut interleaved = Vec::new();
    for index in order.iter().cycle() {
        sequences.retain(|sequence| !sequence.is_empty());
        if sequences.is_empty() {
            break;
        }
        let sequence = index.index(sequences.len());
        interleaved.extend(sequences[sequence].pop_front());
    }
    interleaved
}

/// Listed by the server, from before the first event of each source.
fn listed() -> BTreeMap<String, Position> {
    SOURCES.map(|source| (source.to_owned(), at(0))).into()
}

fn subscribed() -> Merge<Arrival> {
    let mut merge = Merge::default();
    assert_eq!(merge.subscribed(&listed()), []);
    merge
}

proptest! {
    #[test]
    fn every_event_is_delivered_once_and_in_the_order_of_its_subject(
        resumes in prop::collection::vec(resumes(), SOURCES.len()),
        order in prop::collection::vec(any::<Index>(), 120),
        acknowledged in any::<Index>(),
    ) {
        let interleaved = interleaved(&resumes, &order);
        let after_replay = interleaved.iter().rposition(|(_, replayed, _)| *replayed).map_or(0, |last| last + 1);
        let acknowledged = after_replay + acknowledged.index(interleaved.len() - after_replay + 1);
        let mut merge = subscribed();
        for (source, resume) in resumes.iter().enumerate() {
            merge.resumed(SOURCES[source], at(resume.replayed_to));
        }
        let first = resumes.iter().enumerate();
        let first = first.flat_map(|(source, one)| (1..=one.replayed_to).map(move |offset| (source, true, offset)));
        let mut delivered = Vec::new();
        for one in first {
            delivered.extend(merge.event(SOURCES[one.0], at(one.2), Some(one)));
        }
        for (index, one) in interleaved.iter().enumerate() {
            if index == acknowledged {
                delivered.extend(merge.subscribed(&listed()));
            }
            delivered.extend(merge.event(SOURCES[one.0], at(one.2), Some(*one)));
        }
        if acknowledged == interleaved.len() {
            delivered.extend(merge.subscribed(&listed()));
        }
        for (source, resume) in resumes.iter().enumerate() {
            let own = delivered.iter().filter(|one| one.0 == source).map(|one| one.2);
            let own: Vec<_> = own.collect();
            let mut sorted = own.clone();
            sorted.sort();
            prop_assert_eq!(sorted, (1..=resume.subjects.len() as u64).collect::<Vec<_>>());
            for subject in 0..4 {
                let of_subject = own.iter().filter(|offset| resume.subjects[**offset as usize - 1] == subject);
                prop_assert!(of_subject.is_sorted(), "{:?}", delivered);
            }
        }
    }
}

#[test]
fn the_number_of_kept_positions_is_bounded_over_all_sources() {
    let mut merge = subscribed();
    let events = (1..=MAX_KEPT as u64).flat_map(|offset| SOURCES.map(|source| (source, offset)));
    let delivered =
        events.filter(|(source, offset)| merge.event(source, at(*offset), Some((0, false, 0))).is_some());
    assert_eq!(delivered.count(), SOURCES.len() * MAX_KEPT);
    let kept: usize = merge.sources.values().map(|source| source.delivered.len()).sum();
    assert_eq!((kept, merge.kept.len()), (MAX_KEPT, MAX_KEPT));
    assert_eq!(merge.event(SOURCES[0], at(MAX_KEPT as u64), Some((0, false, 0))), None);
}

#[test]
fn only_sources_that_the_server_lists_have_a_position() {
    let mut merge = subscribed();
    let source = |number: u64| format!("tablecast/orders/{number}");
    for number in 0..1_000 {
        assert!(merge.event(&source(number), at(1), Some((0, false, 1))).is_some());
    }
    merge.event(SOURCES[0], at(1), Some((0, false, 1)));
    assert_eq!(merge.after(), [(SOURCES[0], at(1)), (SOURCES[1], at(0)), (SOURCES[2], at(0))].into());
    merge.subscribed(&[(SOURCES[0].to_owned(), at(1))].into());
    assert_eq!(merge.after(), [(SOURCES[0], at(1))].into());
}

#[test]
fn a_log_continues_in_another_epoch() {
    let mut merge = subscribed();
    let later = |offset| Position { epoch: Epoch(2), offset };
    assert!(merge.event(SOURCES[0], at(3), Some((0, false, 3))).is_some());
    merge.resumed(SOURCES[0], later(4));
    let delivered = [5, 4].map(|offset| merge.event(SOURCES[0], later(offset), Some((0, true, offset))));
    assert_eq!(delivered, [None, Some((0, true, 4))]);
    assert_eq!(merge.subscribed(&listed()), [(0, true, 5)]);
    assert_eq!(merge.after()[SOURCES[0]], later(5));
}

#[test]
fn events_held_when_a_connection_breaks_are_delivered_after_the_next_resume() {
    let mut merge = subscribed();
    let mut resume = |replayed_to, offsets: &[u64]| {
        merge.resumed(SOURCES[0], at(replayed_to));
        let delivered = offsets
            .iter()
            .filter_map(|offset| merge.event(SOURCES[0], at(*offset), Some((0, true, *offset))));
        let delivered: Vec<_> = delivered.map(|(_, _, offset)| offset).collect();
        (delivered, merge.after()[SOURCES[0]])
    };
    assert_eq!(resume(1, &[1, 3]), (vec![1], at(1)));
    assert_eq!(resume(3, &[2, 3]), (vec![2, 3], at(3)));
    assert_eq!(merge.subscribed(&listed()), []);
}

#[test]
fn a_late_event_is_not_delivered_and_counts_for_the_position() {
    let mut merge = subscribed();
    let source = SOURCES[0];
    assert_eq!(merge.event(source, at(1), None), None);
    assert_eq!(merge.after()[source], at(1));
    merge.resumed(source, at(2));
    assert_eq!(merge.event(source, at(4), None), None);
    assert_eq!(merge.after()[source], at(1), "it is held back as others are");
    assert_eq!(merge.event(source, at(3), Some((0, false, 3))), None);
    assert_eq!(merge.subscribed(&listed()), [(0, false, 3)]);
    assert_eq!(merge.after()[source], at(4));
}
