use std::collections::VecDeque;
use std::time::{Duration, Instant};

use bytes::Bytes;

use super::entry::Entry;

/// Lambda and Pipes accept a payload of at most 6 MB.
const MAX_PAYLOAD_BYTES: usize = 6 * 1024 * 1024;

/// Encodes entries as a JSON array, as Pipes does.
pub fn payload(entries: &[Entry]) -> Bytes {
    let records: Vec<_> = entries.iter().map(|entry| entry.json.as_str()).collect();
    format!("[{}]", records.join(",")).into()
}

/// Collects records until a batch is full, has no space for the next record, or reaches the end of its
/// window.
#[derive(Debug)]
pub struct Batcher {
    size: usize,
    window: Duration,
    waiting: VecDeque<(Instant, Entry)>,
}

#[derive(Debug, PartialEq)]
pub enum NextBatch {
    Ready(Vec<Entry>),
    /// More records may join the batch until this time.
    WaitUntil(Instant),
    Empty,
}

impl Batcher {
    pub fn new(size: usize, window: Duration) -> Self {
        Self { size, window, waiting: VecDeque::new() }
    }

    pub fn add(&mut self, entries: Vec<Entry>, now: Instant) {
        self.waiting.extend(entries.into_iter().map(|entry| (now, entry)));
    }

    /// Ends the window: no more records follow.
    pub fn finish(&mut self) {
        self.window = Duration::ZERO;
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn next(&mut self, now: Instant) -> NextBatch {
        let Some((oldest, _)) = self.waiting.front() else { return NextBatch::Empty };
        let deadline = *oldest + self.window;
        let count = self.count_that_fits();
        let is_full = count == self.size || count < self.waiting.len();
        match is_full || now >= deadline {
            true => NextBatch::Ready(self.waiting.drain(..count).map(|(_, entry)| entry).collect()),
            false => NextBatch::WaitUntil(deadline),
        }
    }

    /// The number of records that fit into one batch, at least one.
    fn count_that_fits(&self) -> usize {
        let mut bytes = "[]".len();
        let records = self.waiting.iter().take(self.size);
        let fit = records.take_while(|(_, entry)| {
            bytes += entry.json.len() + ",".len();
            bytes - ",".len() <= MAX_PAYLOAD_BYTES
        });
        fit.count().max(1)
    }
}

#[cfg(test)]
mod tests;
