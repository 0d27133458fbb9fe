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
