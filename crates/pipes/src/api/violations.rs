//! AWS's validation messages.

use std::fmt::Display;
use std::ops::RangeInclusive;

use super::error::ApiError;

/// Collects all violations of a request, so that one response reports all of them.
#[derive(Debug, Default)]
pub struct Violations(Vec<String>);

impl Violations {
    pub fn number(&mut self, path: &str, value: i64, range: RangeInclusive<i64>) {
        let bound = match range {
            range if value < *range.start() => format!("greater than or equal to {}", range.start()),
            range if value > *range.end() => format!("less than or equal to {}", range.end()),
            _ => return,
        };
        self.add_constraint(path, &value, &format!("Member must have value {bound}"));
    }

    /// Checks a number of characters, or of list members.
    pub fn length(&mut self, path: &str, value: &dyn Display, length: usize, range: RangeInclusive<usize>) {
        let bound = match range {
            range if length < *range.start() => format!("greater than or equal to {}", range.start()),
            range if length > *range.end() => format!("less than or equal to {}", range.end()),
            _ => return,
        };
        self.add_constraint(path, value, &format!("Member must have length {bound}"));
    }

    pub fn one_of(&mut self, path: &str, value: &str, allowed: &[&str]) {
        if !allowed.contains(&value) {
            let set = allowed.join(", ");
            self.add_constraint(path, &value, &format!("Member must satisfy enum value set: [{set}]"));
        }
    }

    pub fn missing(&mut self, path: &str) {
        self.add(format!("Value at '{path}' failed to satisfy constraint: Member must not be null"));
    }

    pub fn add_constraint(&mut self, path: &str, value: &dyn Display, constraint: &str) {
        self.add(format!("Value '{value}' at '{path}' failed to satisfy constraint: {constraint}"));
    }

    /// Reports a value that AWS supports, but this server does not.
    pub fn unsupported(&mut self, path: &str, value: &str, supported: &str) {
        self.add(format!("{path}: {value} is not supported by this server; supported: {supported}"));
    }

    fn add(&mut self, violation: String) {
        self.0.push(violation);
    }

    pub fn into_result(self) -> Result<(), ApiError> {
        let plural = if self.0.len() == 1 { "" } else { "s" };
        match self.0.len() {
            0 => Ok(()),
            count => {
                let all = self.0.join("; ");
                Err(ApiError::invalid(format!("{count} validation error{plural} detected: {all}")))
            }
        }
    }
}

#[cfg(test)]
mod tests;
