use std::collections::{BTreeMap, BTreeSet};

use tablecast_protocol::Position;

use crate::message_context::MessageContext;

/// A request for state.
pub struct Request<'r> {
    pub context: MessageContext<'r>,
    /// Subjects or patterns, each once.
    pub subjects: &'r [String],
    /// The types of the items; empty for all.
    pub types: &'r BTreeSet<String>,
    /// Where the first subject continues.
    pub next: Option<&'r str>,
    /// The positions of the sources, if the message has just subscribed.
    pub sources: Option<BTreeMap<String, Position>>,
    /// The id of the client's message.
    pub id: &'r str,
}
