//! The places of the records of a dead letter in the stream.

use serde::Deserialize;

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShardRange {
    pub shard_id: String,
    pub start_sequence_number: String,
    pub end_sequence_number: String,
    #[serde(default)]
    pub approximate_arrival_of_first_record: String,
    #[serde(default)]
    pub approximate_arrival_of_last_record: String,
    #[serde(default)]
    pub batch_size: usize,
    pub stream_arn: String,
}

/// The range of one dead letter of the work.
#[derive(Debug)]
pub struct LetterRange {
    /// The index of the dead letter.
    pub letter: usize,
    pub range: ShardRange,
}

impl ShardRange {
    /// Returns whether a record is after the last one.
    pub fn is_after(&self, sequence: &str) -> bool {
        number(sequence) > number(&self.end_sequence_number)
    }

    pub fn is_first(&self, sequence: &str) -> bool {
        number(sequence) == number(&self.start_sequence_number)
    }

    pub fn is_last(&self, sequence: &str) -> bool {
        number(sequence) == number(&self.end_sequence_number)
    }

    pub fn contains(&self, sequence: &str) -> bool {
        number(&self.start_sequence_number) <= number(sequence) && !self.is_after(sequence)
    }
}

/// Texts of digits compare as numbers by length, then by text.
pub fn number(sequence: &str) -> (usize, &str) {
    let digits = sequence.trim_start_matches('0');
    (digits.len(), digits)
}

#[cfg(test)]
mod tests {
    use crate::dead_letter::tests::letter;

    #[test]
    fn a_letter_has_a_range_of_sequence_numbers() {
        let range = letter("99", "1000").range;
        let inside = ["98", "99", "100", "0000999", "1000", "1001"].map(|sequence| range.contains(sequence));
        assert_eq!(inside, [false, true, true, true, true, false]);
        assert!(range.is_first("099") && range.is_last("1000") && range.is_after("1001"));
    }
}
