use std::fmt;

use serde::{Deserialize, Serialize};

/// The items so far, by their results.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    pub items: u64,
    pub events: u64,
    /// The filter of the pipe drops them.
    pub filtered: u64,
    /// No rule matches them.
    pub unmatched: u64,
    /// They cannot become events.
    pub rejected: u64,
    pub units: f64,
}

impl fmt::Display for Counts {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { items, events, filtered, unmatched, rejected, units } = self;
        write!(
            out,
            "{items} items read ({units:.0} read units), {events} events, {filtered} items filtered, {unmatched} without a \
             rule, {rejected} rejected"
        )
    }
}
