//! Sends events to WebSocket connections for `fanout`: with retries, and the frames of each in order.
//!
//! # Layout
//! - `send`: events in order to one connection
//! - `pacing`: how many connections are sent to at once, and how long a stalled one is waited for
//! - `clean_up`: closes and deletes connections that accept no more
//! - `counts`: the results

mod clean_up;
mod counts;
mod pacing;
mod send;

use tablecast_connections::Connections;
use tablecast_sockets::Sockets;

pub use clean_up::Closing;
pub use counts::Counts;
pub use pacing::{Pacing, PacingLimits, Stalled};
pub use send::{SendEnd, SendResult};

/// Sends events, and deletes connections that accept no more.
pub struct Pusher {
    pub sockets: Sockets,
    pub connections: Connections,
    pub limits: PacingLimits,
}
