use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tablecast_pipeline::definition::StartingPosition;

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
pub struct Marks(Mutex<BTreeMap<String, Mark>>);

#[derive(Debug)]
struct Mark {
    place: Place,
    /// What DynamoDB gave to go on with at a place; it is good for 15 minutes.
    iterator: Option<(Place, String)>,
}

impl Marks {
    /// Shards that are there at the first look begin at the pipe's start; later ones continue those, and so begin at their own.
    pub fn note<'a>(&self, shards: impl Iterator<Item = &'a str>, start: StartingPosition) {
        let mut marks = self.lock();
        let place = match (start, marks.is_empty()) {
            (StartingPosition::Latest, true) => Place::Latest,
            _ => Place::Horizon,
        };
        for shard in shards {
            let mark = || Mark { place: place.clone(), iterator: None };
            marks.entry(shard.to_owned()).or_insert_with(mark);
        }
    }

    pub fn place(&self, shard: &str) -> Place {
        self.lock().get(shard).map_or(Place::Horizon, |mark| mark.place.clone())
    }

    pub fn set(&self, shard: &str, place: &Place) {
        if let Some(mark) = self.lock().get_mut(shard) {
            mark.place = place.clone();
        }
    }

    /// What was given to go on with at this place; it can be used once.
    pub fn take_iterator(&self, shard: &str, place: &Place) -> Option<String> {
        let iterator = self.lock().get_mut(shard)?.iterator.take();
        iterator.filter(|(at, _)| at == place).map(|(_, iterator)| iterator)
    }

    pub fn keep_iterator(&self, shard: &str, place: &Place, iterator: String) {
        if let Some(mark) = self.lock().get_mut(shard) {
            mark.iterator = Some((place.clone(), iterator));
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Mark>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latest_is_for_the_shards_of_the_first_look() {
        let marks = Marks::default();
        marks.note(["a"].into_iter(), StartingPosition::Latest);
        marks.note(["a", "b"].into_iter(), StartingPosition::Latest);
        assert_eq!((marks.place("a"), marks.place("b")), (Place::Latest, Place::Horizon));
    }

    #[test]
    fn a_place_stays_when_the_pipe_starts_again() {
        let marks = Marks::default();
        marks.note(["a"].into_iter(), StartingPosition::TrimHorizon);
        marks.set("a", &Place::After("1".into()));
        marks.note(["a"].into_iter(), StartingPosition::TrimHorizon);
        assert_eq!(marks.place("a"), Place::After("1".into()));
    }

    #[test]
    fn an_iterator_is_good_for_its_place_and_once() {
        let marks = Marks::default();
        marks.note(["a"].into_iter(), StartingPosition::Latest);
        marks.keep_iterator("a", &Place::Latest, "i".into());
        assert_eq!(marks.take_iterator("a", &Place::Latest).as_deref(), Some("i"));
        assert_eq!(marks.take_iterator("a", &Place::Latest), None);
        marks.keep_iterator("a", &Place::Latest, "i".into());
        assert_eq!(marks.take_iterator("a", &Place::At("1".into())), None);
    }
}
