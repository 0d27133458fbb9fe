//! AWS's ranges, and its words for a value that is outside.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::refusal::Refusal;

/// Collects what is wrong, so that a caller is told all of it at once.
#[derive(Debug, Default)]
pub struct Violations(Vec<String>);

impl Violations {
    pub fn number(&mut self, path: &str, value: i64, range: RangeInclusive<i64>) {
        let bound = match range {
            range if value < *range.start() => format!("greater than or equal to {}", range.start()),
            range if value > *range.end() => format!("less than or equal to {}", range.end()),
            _ => return,
        };
        self.breaks(path, &value, &format!("Member must have value {bound}"));
    }

    /// In characters, or in the members of a list.
    pub fn length(&mut self, path: &str, value: &dyn Display, length: usize, range: RangeInclusive<usize>) {
        let bound = match range {
            range if length < *range.start() => format!("greater than or equal to {}", range.start()),
            range if length > *range.end() => format!("less than or equal to {}", range.end()),
            _ => return,
        };
        self.breaks(path, value, &format!("Member must have length {bound}"));
    }

    pub fn one_of(&mut self, path: &str, value: &str, allowed: &[&str]) {
        if !allowed.contains(&value) {
            let set = allowed.join(", ");
            self.breaks(path, &value, &format!("Member must satisfy enum value set: [{set}]"));
        }
    }

    pub fn missing(&mut self, path: &str) {
        self.add(format!("Value at '{path}' failed to satisfy constraint: Member must not be null"));
    }

    pub fn breaks(&mut self, path: &str, value: &dyn Display, constraint: &str) {
        self.add(format!("Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"));
    }

    /// Allowed on AWS, but nothing that runs here.
    pub fn unsupported(&mut self, path: &str, what: &str, supported: &str) {
        self.add(format!("{path}: {what} is not supported by this server; supported: {supported}"));
    }

    fn add(&mut self, violation: String) {
        self.0.push(violation);
    }

    pub fn into_result(self) -> Result<(), Refusal> {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        match self.0.len() {
            0 => Ok(()),
            count => {
                let all = self.0.join("; ");
                Err(Refusal::invalid(format!("{count} validation error{plural} detected: {all}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbered(value: i64) -> Option<String> {
        let mut violations = Violations::default();
        violations.number("batchSize", value, 1..=10);
        violations.into_result().err().map(|refusal| refusal.message().to_owned())
    }

    #[test]
    fn a_number_is_told_in_the_words_of_aws_just_outside_its_range() {
        assert_eq!((numbered(1), numbered(10)), (None, None));
        let told = "1 validation error detected: Value '0' at 'batchSize' failed to satisfy constraint: \
                    Member must have value greater than or equal to 1";
        assert_eq!(numbered(0).unwrap(), told);
        assert!(numbered(11).unwrap().ends_with("less than or equal to 10"));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let mut violations = Violations::default();
        violations.length("name", &"", 0, 1..=64);
        violations.one_of("desiredState", "ON", &["RUNNING", "STOPPED"]);
        violations.missing("roleArn");
        let refusal = violations.into_result().unwrap_err();
        assert!(refusal.message().starts_with("3 validation errors detected: Value '' at 'name'"));
        assert!(refusal.message().contains("enum value set: [RUNNING, STOPPED]; Value at 'roleArn'"));
    }
}
