use std::collections::BTreeMap;

use tablecast_connections::Session;
use tablecast_protocol::{Incomplete, Position};

use super::budget::Deadline;
use crate::quotas::Account;

/// A request for state.
pub struct Request<'r> {
    pub session: Session,
    /// Subjects or patterns, each once.
    pub subjects: &'r [String],
    /// Where the first subject continues.
    pub next: Option<&'r str>,
    /// The positions of the sources, if the message has just subscribed.
    pub sources: Option<BTreeMap<String, Position>>,
    /// The id of the client's message.
    pub id: &'r str,
    /// The id of API Gateway's request.
    pub request: &'r str,
    /// The account that pays for what is read.
    pub payer: Option<Account>,
    pub deadline: Deadline,
}

/// Why the read of a subject ends.
pub enum End {
    /// All its items were read.
    Complete,
    /// The message has read enough. The next one reads the rest.
    Page,
    Reason(Incomplete),
}

pub const NOT_GRANTED: End = End::Reason(Incomplete::NotGranted);
