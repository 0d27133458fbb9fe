use tablecast_connections::Session;

use crate::deadline::Deadline;
use crate::quotas::Account;
use crate::replies::ReplyId;

/// The connection that a message came from, and how to reply.
#[derive(Debug, Clone)]
pub struct MessageContext<'m> {
    pub session: Session,
    /// The account that pays for what is read.
    pub payer: Option<Account>,
    pub reply: ReplyId<'m>,
    pub deadline: Deadline,
}
