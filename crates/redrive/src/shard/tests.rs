//! Reads of a shard in this process, in virtual time.

mod stream;

use super::*;
use crate::dead_letter::DeadLetter;
use crate::dead_letter::tests::letter;
use stream::Stream;

/// The number of records of a dead letter, and whether it is complete.
type Read = (usize, bool);

/// Reads each dead letter, or returns why its shard could not be read.
async fn readings(stream: &Stream, letters: &[DeadLetter]) -> Vec<Result<Read, String>> {
    let mut shards = Shards::new(Client::new(&stream.aws()));
    let mut read: Vec<_> = letters.iter().map(|_| None).collect();
    let ranges = letters.iter().map(|letter| letter.range.clone()).enumerate();
    let ranges = ranges.map(|(letter, range)| LetterRange { letter, range }).collect();
    let add = |LetterResult { letter, result }| {
        let result = match result {
            RangeResult::Found(found) => Ok((found.records.len(), found.is_complete)),
            RangeResult::Unread(error) => Err(error.to_string()),
        };
        assert!(read[letter].replace(result).is_none(), "{letter} twice");
        Ok(())
    };
    shards.read(ranges, add).await.unwrap();
    read.into_iter().map(Option::unwrap).collect()
}

async fn read(stream: &Stream, letters: &[DeadLetter]) -> Vec<Read> {
    readings(stream, letters).await.into_iter().collect::<Result<_, _>>().unwrap()
}

/// A dead letter of so many records.
fn batch(start: usize, records: usize) -> DeadLetter {
    letter(&start.to_string(), &(start + records - 1).to_string())
}

#[tokio::test(start_paused = true)]
async fn reads_of_one_shard_leave_time_for_its_pipe() {
    let mut shards = Shards::new(Client::new(&Stream::of(1..=1).aws()));
    let start = Instant::now();
    for (shard, seconds) in [("a", 0), ("b", 0), ("a", 1), ("a", 2), ("b", 2)] {
        shards.wait(shard).await;
        assert_eq!(start.elapsed().as_secs(), seconds, "{shard}");
    }
}

#[tokio::test(start_paused = true)]
async fn adjacent_dead_letters_share_the_pages_of_their_shard() {
    let stream = Stream::of(1..=5000);
    let letters: Vec<_> = (0..441).rev().map(|number| batch(1000 + 5 * number, 5)).collect();
    assert_eq!(read(&stream, &letters).await, vec![(5, true); 441]);
    assert_eq!(stream.reads(), [(1000, 1999), (2000, 2999), (3000, 3999)], "2205 records");
}

#[tokio::test(start_paused = true)]
async fn records_between_dead_letters_that_are_far_apart_are_not_read() {
    let stream = Stream::of(1..=1_000_000);
    let letters = [batch(10, 5), batch(400_000, 3), batch(400_900, 300), batch(900_000, 1)];
    let expected = [(5, true), (3, true), (300, true), (1, true)];
    assert_eq!(read(&stream, &letters).await, expected);
    let starts: Vec<_> = stream.reads().into_iter().map(|(first, _)| first).collect();
    assert_eq!(starts, [10, 400_000, 401_000, 900_000]);
}

#[tokio::test(start_paused = true)]
async fn records_that_were_trimmed_have_left_the_stream() {
    let stream = Stream::of(500..=5000);
    let letters = [batch(1, 10), batch(490, 20), batch(600, 10)];
    assert_eq!(read(&stream, &letters).await, [(0, false), (10, false), (10, true)]);
    assert_eq!(stream.reads().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn records_that_are_trimmed_during_the_read_have_left_the_stream() {
    let stream = Stream { trims_to: Some(2500), ..Stream::of(1..=5000) };
    let letters = [batch(1, 3000), batch(3000, 10)];
    assert_eq!(read(&stream, &letters).await, [(1501, false), (10, true)]);
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_is_gone_or_ended_has_no_more_records() {
    let gone = Stream { is_gone: true, ..Stream::of(1..=9) };
    assert_eq!(read(&gone, &[batch(1, 2), batch(5, 2)]).await, [(0, false), (0, false)]);
    let ended = Stream { has_ended: true, ..Stream::of(1..=9) };
    assert_eq!(read(&ended, &[batch(1, 2), batch(9, 2)]).await, [(2, true), (1, false)]);
}

/// Nothing proves that such records have left, and `--discard-lost` would delete their dead letter.
#[tokio::test(start_paused = true)]
async fn empty_pages_do_not_prove_that_records_have_left_the_stream() {
    let quiet = Stream { empty_pages: EMPTY_PAGES - 1, ..Stream::of(1..=9) };
    assert_eq!(read(&quiet, &[batch(1, 2)]).await, [(2, true)]);
    let silent = Stream { empty_pages: usize::MAX, ..Stream::of(1..=9) };
    let reason = "shardId-1 returned no records in 20 reads, although dead letters have some";
    assert_eq!(readings(&silent, &[batch(1, 2)]).await, [Err(reason.to_owned())]);
    let open = readings(&Stream::of(1..=9), &[batch(20, 5), batch(5, 10), batch(1, 2)]).await;
    assert_eq!(open, [Err(reason.to_owned()), Err(reason.to_owned()), Ok((2, true))]);
}

#[tokio::test(start_paused = true)]
async fn a_shard_that_fails_does_not_stop_the_others() {
    let stream = Stream { failing_shard: Some("shardId-2"), ..Stream::of(1..=9) };
    let mut letters = [batch(1, 2), batch(3, 2), batch(5, 2), batch(7, 2)];
    for (letter, shard) in letters.iter_mut().zip(["shardId-3", "shardId-2", "shardId-1", "shardId-2"]) {
        letter.range.shard_id = shard.to_owned();
    }
    let [third, second, first, last] = readings(&stream, &letters).await.try_into().unwrap();
    assert_eq!([third, first], [Ok((2, true)), Ok((2, true))]);
    let reason = second.unwrap_err();
    assert!(reason.contains("planned"), "{reason}");
    assert_eq!(last, Err(reason));
}
