//! The results of reading state, as `tablecast.state.v1` lists them.

use serde::Serialize;

/// The most subjects that a reply names.
const MAX_NAMES: usize = 20;

/// The result for one subject of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateResult {
    pub subject: String,
    /// True if all items were sent. Otherwise the client requests the rest, unless there is a reason why not.
    pub complete: bool,
    /// The items of this reply that were sent, as events or as notices.
    pub items: usize,
    /// Where the next message continues.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Incomplete>,
}

/// Why a state is not complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Incomplete {
    /// The connection has no subscription to the subject, or its token does not grant it.
    NotGranted,
    /// No pipe has state for the subject, or the types of the subscription exclude it.
    NoState,
    /// The pattern does not have the partition key of the table.
    NeedsScan,
    /// Too many other items come before the next item of the state.
    TooMuch,
    /// The table could not be read. The same message can succeed later.
    Unavailable,
    /// A quota is used up. The same message can succeed later.
    QuotaExceeded,
}

/// Items that could not become state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct InvalidItems {
    pub count: usize,
    /// The subjects of the first ones, as far as they have one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<String>,
}

impl StateResult {
    /// A result without items.
    pub fn new(subject: String) -> Self {
        Self { subject, complete: false, items: 0, next: None, reason: None }
    }
}

impl InvalidItems {
    pub fn add(&mut self, subject: Option<String>) {
        self.count += 1;
        self.subjects.extend(subject.filter(|_| self.subjects.len() < MAX_NAMES));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invalid_items_are_counted_and_the_first_ones_named() {
        let mut invalid = InvalidItems::default();
        invalid.add(None);
        (0..30).for_each(|n| invalid.add(Some(n.to_string())));
        assert_eq!((invalid.count, invalid.subjects.len()), (31, 20));
        assert_eq!((invalid.subjects[0].as_str(), invalid.subjects[19].as_str()), ("0", "19"));
    }
}
