use std::collections::BTreeSet;

use crate::database::{Position, Sequence};

/// How far a pipe has come: everything before its checkpoint is finished.
#[derive(Debug)]
pub struct Progress {
    read: Position,
    unfinished: BTreeSet<Sequence>,
}

impl Progress {
    pub fn new(read: Position) -> Self {
        Self { read, unfinished: BTreeSet::new() }
    }

    pub fn read_position(&self) -> &Position {
        &self.read
    }

    /// Everything up to `read` has been read, and `wanted` of it is to be delivered.
    pub fn advance(&mut self, read: Position, wanted: impl IntoIterator<Item = Sequence>) {
        self.read = read;
        self.unfinished.extend(wanted);
    }

    pub fn finish(&mut self, finished: impl IntoIterator<Item = Sequence>) {
        finished.into_iter().for_each(|sequence| {
            self.unfinished.remove(&sequence);
        });
    }

    pub fn unfinished(&self) -> usize {
        self.unfinished.len()
    }

    pub fn checkpoint(&self) -> Position {
        let sequence = self.unfinished.first().map_or(self.read.sequence, |lowest| lowest.before());
        Position { sequence, ..self.read.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(sequence: i64) -> Position {
        Position { stream: "s".to_owned(), sequence: Sequence(sequence) }
    }

    #[test]
    fn the_checkpoint_stays_before_the_lowest_unfinished_record() {
        let mut progress = Progress::new(at(10));
        progress.advance(at(20), [12, 15, 18].map(Sequence));
        assert_eq!(progress.checkpoint(), at(11));
        progress.finish([Sequence(15)]);
        assert_eq!(progress.checkpoint(), at(11));
        progress.finish([Sequence(12)]);
        assert_eq!(progress.checkpoint(), at(17));
        progress.finish([Sequence(18)]);
        assert_eq!((progress.checkpoint(), progress.unfinished()), (at(20), 0));
    }

    #[test]
    fn what_the_filter_drops_moves_the_checkpoint() {
        let mut progress = Progress::new(at(10));
        progress.advance(at(30), []);
        assert_eq!(progress.checkpoint(), at(30));
    }
}
