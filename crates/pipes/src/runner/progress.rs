use std::collections::BTreeMap;

/// The progress of a pipe in a shard. All records before the checkpoint are finished.
#[derive(Debug)]
pub struct Progress<P> {
    read: P,
    /// The number of the next record that matches the filter.
    matched: u64,
    /// The position of each unfinished record, by its number.
    unfinished: BTreeMap<u64, P>,
}

impl<P: Clone> Progress<P> {
    pub fn new(read: P) -> Self {
        Self { read, matched: 0, unfinished: BTreeMap::new() }
    }

    pub fn read_position(&self) -> &P {
        &self.read
    }

    /// Notes that the pipe has read up to `read`, and must deliver the records at the positions `matched`.
    /// Returns the number of the first of them.
    pub fn advance(&mut self, read: P, matched: impl IntoIterator<Item = P>) -> u64 {
        let first = self.matched;
        self.read = read;
        self.unfinished.extend((first..).zip(matched));
        self.matched = self.unfinished.last_key_value().map_or(first, |(last, _)| first.max(last + 1));
        first
    }

    pub fn finish(&mut self, finished: impl IntoIterator<Item = u64>) {
        finished.into_iter().for_each(|number| {
            self.unfinished.remove(&number);
        });
    }

    pub fn checkpoint(&self) -> P {
        self.unfinished.first_key_value().map_or(&self.read, |(_, lowest)| lowest).clone()
    }
}

#[cfg(test)]
mod tests;
