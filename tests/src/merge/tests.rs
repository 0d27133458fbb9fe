use proptest::prelude::*;
use proptest::sample::Index;

use super::*;

/// A resume, as the server sends it.
#[derive(Debug, Clone)]
struct Resume {
    /// The subject of each offset, from offset 1 on.
    subjects: Vec<u8>,
    /// The end of the first replay, before the server writes the subscription.
    replayed_to: u64,
    /// The end of the second replay, after the server wrote the subscription.
    end: u64,
    /// Which subject, or the second replay, sends the next event. Dispatchers send subjects independently.
    order: Vec<Index>,
    /// Number of offsets before `end` that are also sent live, by dispatchers that were still running.
    early: u64,
    /// The point among the live events at which `tablecast.subscribed` arrives.
    acknowledged: Index,
}

fn resumes() -> impl Strategy<Value = Resume> {
    let subjects = prop::collection::vec(0..4_u8, 1..40);
    let indices = prop::collection::vec(any::<Index>(), 120);
    (subjects, any::<[Index; 2]>(), indices, 0..10_u64, any::<Index>()).prop_map(
        |(subjects, [one, other], order, early, acknowledged)| {
            let ends = subjects.len() + 1;
            let (one, other) = (one.index(ends) as u64, other.index(ends) as u64);
            let (replayed_to, end) = (one.min(other), one.max(other));
            Resume { subjects, replayed_to, end, order, early, acknowledged }
        },
    )
}

/// Returns the events after the first replay: the second replay (`true`) and the live events of each subject
/// (`false`), interleaved. Each of these sequences is in order.
fn interleaved(resume: &Resume) -> Vec<(bool, u64)> {
    let second_replay = (resume.replayed_to + 1..=resume.end).map(|offset| (true, offset)).collect();
    let first_live = (resume.end + 1).saturating_sub(resume.early).max(1);
    let live = |subject: u8| {
        let offsets = first_live..=resume.subjects.len() as u64;
        let own = offsets.filter(|offset| resume.subjects[*offset as usize - 1] == subject);
        own.map(|offset| (false, offset)).collect()
    };
    let mut sequences: Vec<std::collections::VecDeque<_>> = vec![second_replay];
    sequences.extend((0..4).map(live));
    let mut interleaved = Vec::new();
    for index in resume.order.iter().cycle() {
        sequences.retain(|sequence| !sequence.is_empty());
        if sequences.is_empty() {
            break;
        }
        let sequence = index.index(sequences.len());
        interleaved.extend(sequences[sequence].pop_front());
    }
    interleaved
}

proptest! {
    #[test]
    fn every_event_is_delivered_once_and_in_the_order_of_its_subject(resume in resumes()) {
        let interleaved = interleaved(&resume);
        let after_replay = interleaved.iter().rposition(|(replayed, _)| *replayed).map_or(0, |last| last + 1);
        let acknowledged = after_replay + resume.acknowledged.index(interleaved.len() - after_replay + 1);
        let mut merge = Merge::default();
        merge.resumed(resume.replayed_to);
        let mut delivered: Vec<u64> =
            (1..=resume.replayed_to).filter_map(|offset| merge.event(offset, offset)).collect();
        for (at, (_, offset)) in interleaved.iter().enumerate() {
            if at == acknowledged {
                delivered.extend(merge.subscribed());
            }
            delivered.extend(merge.event(*offset, *offset));
        }
        if acknowledged == interleaved.len() {
            delivered.extend(merge.subscribed());
        }
        let mut sorted = delivered.clone();
        sorted.sort();
        prop_assert_eq!(sorted, (1..=resume.subjects.len() as u64).collect::<Vec<_>>());
        for subject in 0..4 {
            let of_subject = delivered.iter().filter(|offset| resume.subjects[**offset as usize - 1] == subject);
            prop_assert!(of_subject.is_sorted(), "{:?}", delivered);
        }
    }
}

#[test]
fn the_number_of_kept_offsets_is_bounded() {
    let mut merge = Merge::default();
    merge.resumed(u64::MAX);
    let delivered = (1..=3 * MAX_KEPT as u64).filter_map(|offset| merge.event(offset, ())).count();
    assert_eq!((delivered, merge.delivered.len()), (3 * MAX_KEPT, MAX_KEPT));
    assert_eq!(merge.event(3 * MAX_KEPT as u64, ()), None);
}

#[test]
fn events_held_when_a_connection_breaks_are_delivered_after_the_next_resume() {
    let mut merge = Merge::default();
    merge.resumed(1);
    assert_eq!([merge.event(1, "1"), merge.event(3, "3")], [Some("1"), None]);
    assert_eq!(merge.last(), Some(1));
    merge.resumed(3);
    assert_eq!([2, 3].map(|offset| merge.event(offset, "")), [Some(""), Some("")]);
    assert_eq!((merge.subscribed(), merge.last()), (vec![], Some(3)));
}
