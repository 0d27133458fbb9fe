use std::collections::{BTreeMap, BTreeSet};

/// Offsets that are remembered, so that what comes again is known: the latest.
const REMEMBERED: usize = 20_000;

/// The rule by which a client puts the events of one source in order, over all its connections. When it resumes, the
/// server tells it where the replay ends, replays, and then says that the subscription is there; live events come in
/// between, whenever they like.
#[derive(Debug)]
pub struct Merge<T> {
    /// As the server said when it began: up to there everything is replayed in order, before anything else.
    replayed_to: u64,
    live: bool,
    held: BTreeMap<u64, T>,
    /// What the application has.
    seen: BTreeSet<u64>,
}

impl<T> Default for Merge<T> {
    fn default() -> Self {
        Self { replayed_to: 0, live: false, held: BTreeMap::new(), seen: BTreeSet::new() }
    }
}

impl<T> Merge<T> {
    /// The offset to resume after; none if there was no event yet.
    pub fn last(&self) -> Option<u64> {
        self.seen.last().copied()
    }

    /// On a new connection: what was held comes again.
    pub fn resumed(&mut self, replayed_to: u64) {
        (self.replayed_to, self.live) = (replayed_to, false);
        self.held.clear();
    }

    /// What the application may have at once: nothing if it has it, or if what comes before may be missing.
    pub fn event(&mut self, offset: u64, event: T) -> Option<T> {
        if self.seen.contains(&offset) {
            return None;
        }
        if self.live || offset <= self.replayed_to {
            self.remember(offset);
            return Some(event);
        }
        self.held.insert(offset, event);
        None
    }

    /// The subscription is there, and all that was appended before it has been sent: what was held, in order.
    pub fn subscribed(&mut self) -> Vec<T> {
        self.live = true;
        let held = std::mem::take(&mut self.held);
        held.keys().for_each(|offset| self.remember(*offset));
        held.into_values().collect()
    }

    fn remember(&mut self, offset: u64) {
        self.seen.insert(offset);
        if self.seen.len() > REMEMBERED {
            self.seen.pop_first();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::sample::Index;

    #[derive(Debug, Clone)]
    struct Resume {
        /// Of each offset, from 1 on: its subject.
        subjects: Vec<u8>,
        /// Up to there it is replayed before, and up to there after the subscription is written.
        replayed_to: u64,
        end: u64,
        /// Subjects are dispatched by themselves: which goes on next. And when the replay does.
        order: Vec<Index>,
        /// Live events of so many offsets before the subscription was written are pushed too: their
        /// dispatchers were still looking.
        early: u64,
        /// When the acknowledgement comes, among the live events.
        acknowledged: Index,
    }

    fn resumes() -> impl Strategy<Value = Resume> {
        let subjects = prop::collection::vec(0..4_u8, 1..40);
        let indices = prop::collection::vec(any::<Index>(), 120);
        (subjects, any::<[Index; 2]>(), indices, 0..10_u64, any::<Index>()).prop_map(
            |(subjects, [one, other], order, early, acknowledged)| {
                let places = subjects.len() + 1;
                let (one, other) = (one.index(places) as u64, other.index(places) as u64);
                let (replayed_to, end) = (one.min(other), one.max(other));
                Resume { subjects, replayed_to, end, order, early, acknowledged }
            },
        )
    }

    /// All that comes after the first replay: the tail of the replay, and of each subject its live events, each
    /// in order by itself, and all of them mixed.
    fn mixed(resume: &Resume) -> Vec<(bool, u64)> {
        let tail = (resume.replayed_to + 1..=resume.end).map(|offset| (true, offset)).collect();
        let first_live = (resume.end + 1).saturating_sub(resume.early).max(1);
        let live = |subject: u8| {
            let offsets = first_live..=resume.subjects.len() as u64;
            let mine = offsets.filter(|offset| resume.subjects[*offset as usize - 1] == subject);
            mine.map(|offset| (false, offset)).collect()
        };
        let mut lanes: Vec<std::collections::VecDeque<_>> = vec![tail];
        lanes.extend((0..4).map(live));
        let mut mixed = Vec::new();
        for index in resume.order.iter().cycle() {
            lanes.retain(|lane| !lane.is_empty());
            if lanes.is_empty() {
                break;
            }
            let lane = index.index(lanes.len());
            mixed.extend(lanes[lane].pop_front());
        }
        mixed
    }

    proptest! {
        #[test]
        fn nothing_is_missing_nothing_comes_twice_and_every_subject_is_in_order(resume in resumes()) {
            let mixed = mixed(&resume);
            let after_tail = mixed.iter().rposition(|(replayed, _)| *replayed).map_or(0, |last| last + 1);
            let acknowledged = after_tail + resume.acknowledged.index(mixed.len() - after_tail + 1);
            let mut merge = Merge::default();
            merge.resumed(resume.replayed_to);
            let mut told: Vec<u64> =
                (1..=resume.replayed_to).filter_map(|offset| merge.event(offset, offset)).collect();
            for (at, (_, offset)) in mixed.iter().enumerate() {
                if at == acknowledged {
                    told.extend(merge.subscribed());
                }
                told.extend(merge.event(*offset, *offset));
            }
            if acknowledged == mixed.len() {
                told.extend(merge.subscribed());
            }
            let mut sorted = told.clone();
            sorted.sort();
            prop_assert_eq!(sorted, (1..=resume.subjects.len() as u64).collect::<Vec<_>>());
            for subject in 0..4 {
                let of_it = told.iter().filter(|offset| resume.subjects[**offset as usize - 1] == subject);
                prop_assert!(of_it.is_sorted(), "{:?}", told);
            }
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let mut merge = Merge::default();
        merge.resumed(u64::MAX);
        let told = (1..=3 * REMEMBERED as u64).filter_map(|offset| merge.event(offset, ())).count();
        assert_eq!((told, merge.seen.len()), (3 * REMEMBERED, REMEMBERED));
        assert_eq!(merge.event(3 * REMEMBERED as u64, ()), None);
    }

    #[test]
    fn what_was_held_when_a_connection_broke_is_not_what_the_application_has() {
        let mut merge = Merge::default();
        merge.resumed(1);
        assert_eq!([merge.event(1, "1"), merge.event(3, "3")], [Some("1"), None]);
        assert_eq!(merge.last(), Some(1));
        merge.resumed(3);
        assert_eq!([2, 3].map(|offset| merge.event(offset, "")), [Some(""), Some("")]);
        assert_eq!((merge.subscribed(), merge.last()), (vec![], Some(3)));
    }
}
