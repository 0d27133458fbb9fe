//! Guesses which attributes should not leave the table, by their names and by how their values begin. It
//! recognizes common cases only, so the user has to read the pipe file.

mod lists;

use super::naming::words;
use lists::{PERSONAL_PARTS, PERSONAL_WORDS, SECRET_PARTS, SECRET_PREFIXES, SECRET_WORDS};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensitivity {
    Secret,
    Personal,
}

impl Sensitivity {
    pub fn of_name(name: &str) -> Option<Self> {
        let words = words(name);
        let joined = words.concat();
        let has = |set: &[&str], parts: &[&str]| {
            words.iter().any(|word| set.contains(&word.as_str()))
                || parts.iter().any(|part| joined.contains(part))
        };
        match (has(&SECRET_WORDS, &SECRET_PARTS), has(&PERSONAL_WORDS, &PERSONAL_PARTS)) {
            (true, _) => Some(Self::Secret),
            (_, true) => Some(Self::Personal),
            // The names of a map can be values: `{"ada@example.com": ...}`.
            _ => Self::of_value(name),
        }
    }

    pub fn of_value(text: &str) -> Option<Self> {
        match SECRET_PREFIXES.iter().any(|prefix| text.starts_with(prefix)) {
            true => Some(Self::Secret),
            false => is_email_address(text).then_some(Self::Personal),
        }
    }
}

fn is_email_address(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty()
            && host.contains('.')
            && !text.contains(char::is_whitespace)
            && !host.contains(['@', '/'])
    })
}

#[cfg(test)]
mod tests;
