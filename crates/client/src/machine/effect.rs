use std::fmt;

use tablecast_protocol::message::Message;

use super::delivery::Delivery;
use super::reason::Reason;

/// The state of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The client gets a token and opens a connection.
    Connecting,
    /// The connection is open. Not every subscription is confirmed and caught up.
    Subscribing,
    /// Every subscription receives its events as they happen.
    Live,
    /// Live, while the client prepares a new connection.
    Moving,
    /// There is no connection until the next attempt.
    Waiting,
    /// The application closed the client.
    Closed,
}

/// The number of a connection, from 1 on.
pub type ConnectionId = u64;

/// The number of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubscriptionId(pub(super) u64);

/// An action that the machine requests.
#[derive(Debug)]
pub enum Effect {
    /// Get a token and open a connection, then call `opened` or `disconnected`.
    Open {
        connection: ConnectionId,
    },
    Send {
        connection: ConnectionId,
        message: Message,
    },
    /// Close the connection and ignore everything that still arrives on it.
    Close {
        connection: ConnectionId,
        reason: Reason,
    },
    /// Get a new token, then call `token_received` or `token_failed`.
    Token {
        connection: ConnectionId,
    },
    Deliver {
        subscription: SubscriptionId,
        delivery: Delivery,
    },
    /// The server has the subscription, and it is caught up.
    Confirm {
        subscription: SubscriptionId,
    },
    State {
        state: State,
        reason: Reason,
    },
}

impl fmt::Display for State {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Connecting => "connecting",
            Self::Subscribing => "subscribing",
            Self::Live => "live",
            Self::Moving => "moving",
            Self::Waiting => "waiting",
            Self::Closed => "closed",
        })
    }
}
