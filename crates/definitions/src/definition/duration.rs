use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error};

/// A duration, written `0s`, `90s`, `5m`, `6h` or `7d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seconds(pub u32);

/// As it is written in a pipe file, in the largest unit without a remainder.
impl fmt::Display for Seconds {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let units = [(24 * 3600, "d"), (3600, "h"), (60, "m")];
        let fits = |(seconds, _): &(u32, &str)| self.0 > 0 && self.0.is_multiple_of(*seconds);
        let (seconds, unit) = units.into_iter().find(fits).unwrap_or((1, "s"));
        write!(out, "{}{unit}", self.0 / seconds)
    }
}

impl Seconds {
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

pub fn parse(text: &str) -> Option<Seconds> {
    let unit = text.chars().last()?;
    let seconds_per_unit = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3600,
        'd' => 24 * 3600,
        _ => return None,
    };
    let count: u32 = text[..text.len() - 1].parse().ok()?;
    count.checked_mul(seconds_per_unit).map(Seconds)
}

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = String::deserialize(input)?;
        let wanted = "a duration such as 0s, 90s, 5m, 6h or 7d";
        parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not {wanted}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_printed_as_it_is_written() {
        for text in ["0s", "90s", "5m", "6h", "7d", "25h"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Seconds(86_400).to_string(), "1d");
    }

    #[test]
    fn a_duration_is_a_count_and_a_unit() {
        assert_eq!(parse("0s"), Some(Seconds(0)));
        assert_eq!(parse("5m"), Some(Seconds(300)));
        assert_eq!(parse("6h"), Some(Seconds(21_600)));
        assert_eq!(parse("7d"), Some(Seconds(604_800)));
        for wrong in ["", "s", "6", "6w", "-1s", "1.5h", "9999999h", "6µ"] {
            assert_eq!(parse(wrong), None, "{wrong:?}");
        }
    }
}
