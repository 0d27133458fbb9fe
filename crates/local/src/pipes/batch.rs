use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;

use super::source::Record;

/// Pipes and Lambda: a payload has at most 6 MB.
const PAYLOAD: usize = 6 * 1024 * 1024;

/// A record that passed the filter, as it will be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Counted as they are read: what comes later has a higher one.
    pub number: u64,
    pub event_id: String,
    pub sequence: String,
    pub created: SystemTime,
    pub stream_arn: String,
    pub json: String,
}

impl Entry {
    pub fn new<P>(number: u64, record: Record<P>) -> Self {
        Self {
            number,
            event_id: record.event_id,
            sequence: record.sequence,
            created: record.created,
            stream_arn: record.json["eventSourceARN"].as_str().unwrap_or_default().to_owned(),
            json: record.json.to_string(),
        }
    }
}

/// A bare JSON array, as Pipes sends it.
pub fn payload(entries: &[Entry]) -> Bytes {
    let records: Vec<_> = entries.iter().map(|entry| entry.json.as_str()).collect();
    format!("[{}]", records.join(",")).into()
}

/// Collects records until a batch is full, too big for one more, or has waited long enough.
#[derive(Debug)]
pub struct Batcher {
    size: usize,
    window: Duration,
    waiting: VecDeque<(Instant, Entry)>,
}

#[derive(Debug, PartialEq)]
pub enum Next {
    Batch(Vec<Entry>),
    /// More records may come until then.
    WaitUntil(Instant),
    Nothing,
}

impl Batcher {
    pub fn new(size: usize, window: Duration) -> Self {
        Self { size, window, waiting: VecDeque::new() }
    }

    pub fn add(&mut self, entries: Vec<Entry>, now: Instant) {
        self.waiting.extend(entries.into_iter().map(|entry| (now, entry)));
    }

    /// No more records come: what is here has nothing to wait for.
    pub fn finish(&mut self) {
        self.window = Duration::ZERO;
    }

    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    pub fn next(&mut self, now: Instant) -> Next {
        let Some((oldest, _)) = self.waiting.front() else { return Next::Nothing };
        let due = *oldest + self.window;
        let fitting = self.fitting();
        let full = fitting == self.size || fitting < self.waiting.len();
        match full || now >= due {
            true => Next::Batch(self.waiting.drain(..fitting).map(|(_, entry)| entry).collect()),
            false => Next::WaitUntil(due),
        }
    }

    /// How many records fit into one batch; a single one always does.
    fn fitting(&self) -> usize {
        let mut bytes = "[]".len();
        let records = self.waiting.iter().take(self.size);
        let fit = records.take_while(|(_, entry)| {
            bytes += entry.json.len() + ",".len();
            bytes - ",".len() <= PAYLOAD
        });
        fit.count().max(1)
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;

    pub fn entry(number: u64) -> Entry {
        sized(number, 10)
    }

    fn sized(number: u64, bytes: usize) -> Entry {
        Entry {
            number,
            event_id: format!("e{number}"),
            sequence: number.to_string(),
            created: SystemTime::UNIX_EPOCH,
            stream_arn: "arn".to_owned(),
            json: "1".repeat(bytes),
        }
    }

    pub fn entries(numbers: std::ops::Range<u64>) -> Vec<Entry> {
        numbers.map(entry).collect()
    }

    fn batch_len(next: Next) -> usize {
        match next {
            Next::Batch(batch) => batch.len(),
            other => panic!("no batch but {other:?}"),
        }
    }

    #[test]
    fn a_batch_is_cut_at_its_size() {
        let now = Instant::now();
        let mut batcher = Batcher::new(3, Duration::from_secs(60));
        assert_eq!(batcher.next(now), Next::Nothing);
        batcher.add(entries(0..2), now);
        assert_eq!(batcher.next(now), Next::WaitUntil(now + Duration::from_secs(60)));
        batcher.add(entries(2..3), now);
        assert_eq!(batch_len(batcher.next(now)), 3);
        batcher.add(entries(3..7), now);
        assert_eq!(batch_len(batcher.next(now)), 3);
        assert!(matches!(batcher.next(now), Next::WaitUntil(_)));
    }

    #[test]
    fn without_a_window_nothing_waits() {
        let now = Instant::now();
        let mut batcher = Batcher::new(100, Duration::ZERO);
        batcher.add(entries(0..1), now);
        assert_eq!(batch_len(batcher.next(now)), 1);
        assert_eq!(batcher.next(now), Next::Nothing);
    }

    #[test]
    fn when_nothing_more_comes_the_window_is_over() {
        let now = Instant::now();
        let mut batcher = Batcher::new(100, Duration::from_secs(60));
        batcher.add(entries(0..2), now);
        assert!(matches!(batcher.next(now), Next::WaitUntil(_)));
        batcher.finish();
        assert_eq!(batch_len(batcher.next(now)), 2);
        assert!(batcher.is_empty());
    }

    #[test]
    fn a_window_counts_from_the_oldest_record_and_ends_to_the_moment() {
        let (start, window) = (Instant::now(), Duration::from_secs(5));
        let mut batcher = Batcher::new(100, window);
        batcher.add(entries(0..1), start);
        batcher.add(entries(1..2), start + Duration::from_secs(4));
        let just_before = start + window - Duration::from_nanos(1);
        assert_eq!(batcher.next(just_before), Next::WaitUntil(start + window));
        assert_eq!(batch_len(batcher.next(start + window)), 2);
    }

    #[test]
    fn a_payload_has_at_most_6_mb() {
        let now = Instant::now();
        let half = (PAYLOAD - "[,]".len()) / 2;
        let mut batcher = Batcher::new(10, Duration::ZERO);
        batcher.add(vec![sized(0, half), sized(1, PAYLOAD - "[,]".len() - half)], now);
        let Next::Batch(batch) = batcher.next(now) else { panic!() };
        assert_eq!((batch.len(), payload(&batch).len()), (2, PAYLOAD));

        batcher.add(vec![sized(0, half), sized(1, PAYLOAD - "[,]".len() - half + 1)], now);
        assert_eq!(batch_len(batcher.next(now)), 1);
        assert_eq!(batch_len(batcher.next(now)), 1);
    }

    #[test]
    fn a_payload_is_a_bare_array() {
        assert_eq!(payload(&entries(0..2)), Bytes::from("[1111111111,1111111111]"));
    }
}
