//! The tails of the channels to which this process has appended last, in bounded memory.

use lru::LruCache;

use crate::tail::Tail;

/// The memory of all tails, in events. A channel takes as much as four.
const MAX_WEIGHT: usize = 200_000;

#[derive(Debug)]
pub(crate) struct Tails {
    /// By source.
    cache: LruCache<String, Tail>,
    /// The weight of all tails.
    weight: usize,
}

impl Default for Tails {
    fn default() -> Self {
        Self { cache: LruCache::unbounded(), weight: 0 }
    }
}

impl Tails {
    pub fn take(&mut self, source: &str) -> Option<Tail> {
        let tail = self.cache.pop(source)?;
        self.weight -= tail.weight();
        Some(tail)
    }

    /// Adds a tail, and forgets those that were not used for the longest time: their channels are read again.
    pub fn add(&mut self, source: String, tail: Tail) {
        self.take(&source);
        self.weight += tail.weight();
        self.cache.put(source, tail);
        while self.weight > MAX_WEIGHT && self.cache.len() > 1 {
            let oldest = self.cache.pop_lru();
            self.weight -= oldest.map_or(0, |(_, tail)| tail.weight());
        }
    }
}

#[cfg(test)]
mod tests {
    use tablecast_protocol::Epoch;

    use super::*;
    use crate::beginning::Beginning;
    use crate::end::StoredEnd;

    const NOW: i64 = 1_800_000_000_000;

    fn tail() -> Tail {
        let beginning = Beginning { epoch: Epoch(7), origin: 0, continues: None };
        Tail::new(&StoredEnd::default(), beginning, 0, NOW)
    }

    #[test]
    fn the_tails_of_50_000_channels_are_kept_and_the_oldest_one_is_forgotten() {
        let mut tails = Tails::default();
        for channel in 0..50_001 {
            tails.add(channel.to_string(), tail());
        }
        assert_eq!((tails.cache.len(), tails.weight), (50_000, 200_000));
        assert!(tails.take("0").is_none() && tails.take("1").is_some());
        assert_eq!(tails.weight, 199_996);
    }

    #[test]
    fn a_tail_replaces_the_one_of_its_channel() {
        let mut tails = Tails::default();
        tails.add("orders".to_owned(), tail());
        tails.add("orders".to_owned(), tail());
        assert_eq!((tails.cache.len(), tails.weight), (1, 4));
    }
}
