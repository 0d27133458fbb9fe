use tablecast_aws::StorageError;
use tablecast_protocol::Unrecovered;

/// Why a message failed. It is about the connection, and not for the client.
#[derive(Debug, thiserror::Error)]
pub enum MessageError {
    #[error("the connection's token expired while its message was handled")]
    Expired,
    #[error("the connection was deleted while its message was handled")]
    Deleted,
    #[error("other messages of the connection changed it first, at every attempt")]
    Contended,
    #[error("the new token cannot be verified now: {0}")]
    VerifierUnavailable(String),
    #[error("the connection accepts no more frames")]
    Unreachable,
    #[error("the connection accepted the events that it missed too slowly")]
    TooSlow,
    #[error("the log no longer has the events of the last moments: {0:?}")]
    Overrun(Unrecovered),
    #[error("a new token grants more than was replayed")]
    GrantsWidened,
    /// The client can have a part of the events. A second attempt on the same connection would mix with them.
    #[error("the subscription is incomplete: {0}")]
    Incomplete(Box<MessageError>),
    #[error("the pipe files and schemas of this function do not compile: {0}")]
    Definitions(String),
    #[error("a table was too slow")]
    SlowTable,
    #[error("the message continues nowhere in the state of its first subject")]
    UnknownNext,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl MessageError {
    /// The same error after the client received events or the subscription was written. `Expired` and
    /// `Deleted` end the connection in their own way.
    pub fn incomplete(self) -> Self {
        match self {
            Self::Expired | Self::Deleted => self,
            other => Self::Incomplete(Box::new(other)),
        }
    }
}
