use super::super::entry::tests::{entries, sized};
use super::*;

fn batch_len(next: NextBatch) -> usize {
    match next {
        NextBatch::Ready(batch) => batch.len(),
        other => panic!("expected a batch, got {other:?}"),
    }
}

#[test]
fn a_batch_ends_at_its_size() {
    let now = Instant::now();
    let mut batcher = Batcher::new(3, Duration::from_secs(60));
    assert_eq!(batcher.next(now), NextBatch::Empty);
    batcher.add(entries(0..2), now);
    assert_eq!(batcher.next(now), NextBatch::WaitUntil(now + Duration::from_secs(60)));
    batcher.add(entries(2..3), now);
    assert_eq!(batch_len(batcher.next(now)), 3);
    batcher.add(entries(3..7), now);
    assert_eq!(batch_len(batcher.next(now)), 3);
    assert!(matches!(batcher.next(now), NextBatch::WaitUntil(_)));
}

#[test]
fn without_a_window_records_do_not_wait() {
    let now = Instant::now();
    let mut batcher = Batcher::new(100, Duration::ZERO);
    batcher.add(entries(0..1), now);
    assert_eq!(batch_len(batcher.next(now)), 1);
    assert_eq!(batcher.next(now), NextBatch::Empty);
}

#[test]
fn finish_ends_the_window() {
    let now = Instant::now();
    let mut batcher = Batcher::new(100, Duration::from_secs(60));
    batcher.add(entries(0..2), now);
    assert!(matches!(batcher.next(now), NextBatch::WaitUntil(_)));
    batcher.finish();
    assert_eq!(batch_len(batcher.next(now)), 2);
    assert!(batcher.is_empty());
}

#[test]
fn a_window_starts_with_the_oldest_record() {
    let (start, window) = (Instant::now(), Duration::from_secs(5));
    let mut batcher = Batcher::new(100, window);
    batcher.add(entries(0..1), start);
    batcher.add(entries(1..2), start + Duration::from_secs(4));
    let just_before = start + window - Duration::from_nanos(1);
    assert_eq!(batcher.next(just_before), NextBatch::WaitUntil(start + window));
    assert_eq!(batch_len(batcher.next(start + window)), 2);
}

#[test]
fn a_payload_has_at_most_6_mb() {
    let now = Instant::now();
    let half = (MAX_PAYLOAD_BYTES - "[,]".len()) / 2;
    let mut batcher = Batcher::new(10, Duration::ZERO);
    batcher.add(vec![sized(0, half), sized(1, MAX_PAYLOAD_BYTES - "[,]".len() - half)], now);
    let NextBatch::Ready(batch) = batcher.next(now) else { panic!() };
    assert_eq!((batch.len(), payload(&batch).len()), (2, MAX_PAYLOAD_BYTES));

    batcher.add(vec![sized(0, half), sized(1, MAX_PAYLOAD_BYTES - "[,]".len() - half + 1)], now);
    assert_eq!(batch_len(batcher.next(now)), 1);
    assert_eq!(batch_len(batcher.next(now)), 1);
}

#[test]
fn a_payload_is_a_json_array() {
    assert_eq!(payload(&entries(0..2)), Bytes::from("[1111111111,1111111111]"));
}
