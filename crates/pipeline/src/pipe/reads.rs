//! The rules that emit events of items that are read from the table, as far as the pipe file shows it.

use super::{Pipe, Rule};
use crate::record::Operation;

/// The condition on which a rule emits its event for an item that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnRead {
    Always,
    /// It depends on the item.
    Depends,
    Never,
}

impl Pipe {
    /// For each rule, and for the state: its place in the file, the type that it emits, and whether it does so for an
    /// item that is read.
    pub fn on_read(&self) -> impl Iterator<Item = (&str, &str, OnRead)> {
        let rules =
            self.rules.iter().map(|rule| (rule.path.as_str(), rule.event_type.as_str(), rule.on_read()));
        let state = self.state.iter().map(|state| {
            let on_read = if state.when.is_some() { OnRead::Depends } else { OnRead::Always };
            ("state", state.event_type(), on_read)
        });
        rules.chain(state)
    }
}

impl Rule {
    fn on_read(&self) -> OnRead {
        let Some(when) = &self.when else { return OnRead::Always };
        match when.truth_for("operation", Operation::Read.as_str()) {
            Some(true) => OnRead::Always,
            Some(false) => OnRead::Never,
            None => OnRead::Depends,
        }
    }
}
