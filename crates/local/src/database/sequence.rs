use std::fmt;
use std::str::FromStr;

/// The sequence number of a record in its stream. 0 is before all records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Sequence(pub i64);

/// The first of the 21 digits in the API. DynamoDB's sequence numbers have 21 to 40 digits.
const FIRST_DIGIT: char = '1';

impl Sequence {
    pub const START: Self = Self(0);

    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Sequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FIRST_DIGIT}{:020}", self.0)
    }
}

impl FromStr for Sequence {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix(FIRST_DIGIT).filter(|digits| digits.len() == 20);
        let number = digits.and_then(|digits| digits.parse().ok());
        number.map(Self).ok_or_else(|| format!("{text:?} is not a sequence number of this database"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_number_has_21_digits_and_parses_again() {
        for number in [0, 1, 1_795_404_516_609_260, i64::MAX] {
            let text = Sequence(number).to_string();
            assert_eq!(text.len(), 21);
            assert_eq!(text.parse(), Ok(Sequence(number)));
        }
    }

    #[test]
    fn an_unknown_format_is_rejected() {
        for wrong in ["", "1", "1é0000000000000000000", "200000000000000000001", "1000000000000000000001"] {
            assert!(wrong.parse::<Sequence>().is_err(), "{wrong:?}");
        }
    }
}
