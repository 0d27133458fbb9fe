use super::*;

pub fn entry(number: u64) -> Entry {
    sized(number, 10)
}

/// An entry whose JSON text has this length.
pub fn sized(number: u64, bytes: usize) -> Entry {
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
