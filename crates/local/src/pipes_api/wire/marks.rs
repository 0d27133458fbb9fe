use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tablecast_definitions::definition::StartingPosition;

/// A place in a shard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Before the oldest record that is kept.
    Horizon,
    /// After the newest record, whenever that is asked.
    Latest,
    /// Before the record with this sequence number.
    At(String),
    /// After it.
    After(String),
    /// After the last record that the shard will ever have.
    End,
}

/// How far a pipe has come in each shard of its stream. They stay when the pipe is stopped or changed.
#[derive(Default)]
pub struct Marks(Mutex<State>);

#[derive(Default)]
struct State {
    has_looked: bool,
    marks: BTreeMap<String, Mark>,
}

#[derive(Debug)]
struct Mark {
    place: Place,
    /// What DynamoDB gave to go on with at a place; it is good for 15 minutes.
    iterator: Option<(Place, String)>,
}

impl Marks {
    /// Shards that are there at the first look begin at the pipe's start; later ones continue those, and so begin at their own.
    /// Answers those that are there no longer and were not read to their end.
    pub fn note(&self, shards: &BTreeSet<&str>, start: StartingPosition) -> Vec<String> {
        let State { has_looked, marks } = &mut *self.lock();
        let place = match (start, std::mem::replace(has_looked, true)) {
            (StartingPosition::Latest, false) => Place::Latest,
            _ => Place::Horizon,
        };
        for shard in shards {
            let mark = || Mark { place: place.clone(), iterator: None };
            marks.entry((*shard).to_owned()).or_insert_with(mark);
        }
        let gone = marks.extract_if(.., |shard, _| !shards.contains(shard.as_str()));
        gone.filter(|(_, mark)| mark.place != Place::End).map(|(shard, _)| shard).collect()
    }

    /// Whether it was there when we last looked.
    pub fn is_known(&self, shard: &str) -> bool {
        self.lock().marks.contains_key(shard)
    }

    pub fn place(&self, shard: &str) -> Place {
        self.lock().marks.get(shard).map_or(Place::Horizon, |mark| mark.place.clone())
    }

    pub fn set(&self, shard: &str, place: &Place) {
        if let Some(mark) = self.lock().marks.get_mut(shard) {
            mark.place = place.clone();
        }
    }

    /// What was given to go on with at this place. It stays until there is a newer one: a read may be broken off.
    pub fn iterator(&self, shard: &str, place: &Place) -> Option<String> {
        let (at, iterator) = self.lock().marks.get(shard)?.iterator.clone()?;
        (at == *place).then_some(iterator)
    }

    pub fn keep_iterator(&self, shard: &str, place: &Place, iterator: String) {
        if let Some(mark) = self.lock().marks.get_mut(shard) {
            mark.iterator = Some((place.clone(), iterator));
        }
    }

    pub fn drop_iterator(&self, shard: &str) {
        if let Some(mark) = self.lock().marks.get_mut(shard) {
            mark.iterator = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noted(marks: &Marks, shards: &[&str], start: StartingPosition) -> Vec<String> {
        marks.note(&shards.iter().copied().collect(), start)
    }

    #[test]
    fn latest_is_for_the_shards_of_the_first_look() {
        let marks = Marks::default();
        noted(&marks, &["a"], StartingPosition::Latest);
        noted(&marks, &["a", "b"], StartingPosition::Latest);
        assert_eq!((marks.place("a"), marks.place("b")), (Place::Latest, Place::Horizon));
    }

    #[test]
    fn a_first_look_that_finds_nothing_was_the_first_look() {
        let marks = Marks::default();
        noted(&marks, &[], StartingPosition::Latest);
        noted(&marks, &["a"], StartingPosition::Latest);
        assert_eq!(marks.place("a"), Place::Horizon);
    }

    #[test]
    fn a_place_stays_when_the_pipe_starts_again() {
        let marks = Marks::default();
        noted(&marks, &["a"], StartingPosition::TrimHorizon);
        marks.set("a", &Place::After("1".into()));
        noted(&marks, &["a"], StartingPosition::TrimHorizon);
        assert_eq!(marks.place("a"), Place::After("1".into()));
    }

    #[test]
    fn a_shard_that_is_gone_is_told_unless_it_was_finished() {
        let marks = Marks::default();
        noted(&marks, &["finished", "unread"], StartingPosition::TrimHorizon);
        marks.set("finished", &Place::End);
        assert_eq!(noted(&marks, &["child"], StartingPosition::TrimHorizon), ["unread"]);
        assert_eq!(noted(&marks, &["child"], StartingPosition::TrimHorizon), [""; 0]);
        assert!(!marks.is_known("unread") && marks.is_known("child"));
    }

    #[test]
    fn an_iterator_is_good_for_its_place_until_it_is_dropped() {
        let marks = Marks::default();
        noted(&marks, &["a"], StartingPosition::Latest);
        marks.keep_iterator("a", &Place::Latest, "i".into());
        assert_eq!(marks.iterator("a", &Place::Latest).as_deref(), Some("i"));
        assert_eq!(marks.iterator("a", &Place::At("1".into())), None);
        marks.drop_iterator("a");
        assert_eq!(marks.iterator("a", &Place::Latest), None);
    }
}
