use std::collections::BTreeMap;

/// How far a pipe has come in a shard: everything before its checkpoint is finished.
#[derive(Debug)]
pub struct Progress<P> {
    read: P,
    /// How many records have been wanted: the number of the next one.
    wanted: u64,
    /// By number, where reading would begin with the record.
    unfinished: BTreeMap<u64, P>,
}

impl<P: Clone> Progress<P> {
    pub fn new(read: P) -> Self {
        Self { read, wanted: 0, unfinished: BTreeMap::new() }
    }

    pub fn read_position(&self) -> &P {
        &self.read
    }

    /// Everything up to `read` has been read, and the records at these places are to be delivered.
    /// Answers the number of the first of them.
    pub fn advance(&mut self, read: P, wanted: impl IntoIterator<Item = P>) -> u64 {
        let first = self.wanted;
        self.read = read;
        self.unfinished.extend((first..).zip(wanted));
        self.wanted = self.unfinished.last_key_value().map_or(first, |(last, _)| first.max(last + 1));
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
mod tests {
    use super::*;

    #[test]
    fn the_checkpoint_stays_before_the_lowest_unfinished_record() {
        let mut progress = Progress::new(10);
        let first = progress.advance(20, [11, 14, 17]);
        assert_eq!(progress.checkpoint(), 11);
        progress.finish([first + 1]);
        assert_eq!(progress.checkpoint(), 11);
        progress.finish([first]);
        assert_eq!(progress.checkpoint(), 17);
        progress.finish([first + 2]);
        assert_eq!(progress.checkpoint(), 20);
    }

    #[test]
    fn every_record_has_a_number_of_its_own() {
        let mut progress = Progress::new(0);
        let first = progress.advance(2, [0, 1]);
        progress.finish([first, first + 1]);
        assert_eq!(progress.advance(4, [2, 3]), first + 2);
        assert_eq!(progress.advance(5, []), first + 4);
    }

    #[test]
    fn what_the_filter_drops_moves_the_checkpoint() {
        let mut progress = Progress::new(10);
        progress.advance(30, []);
        assert_eq!(progress.checkpoint(), 30);
    }
}
