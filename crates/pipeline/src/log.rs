//! The log of a pipe: its events, in order, kept for a while. Offsets begin at 1 and have no holes.
//! crates/log keeps it in a table; here is what holds wherever it is kept. docs/adr/0014 says why it is so.
//!
//! # Layout
//! - `position`: an event's place in its log, as clients are told it
//! - `block`: many events as one item
//! - `recovery`: whether what came after a position can still be told

mod block;
mod position;
mod recovery;

use std::time::Duration;

pub use block::{Block, EVENT_BYTES, blocks, unpack};
pub use position::{Epoch, Position, mark, place};
pub use recovery::{Held, MOST_PASSED, Unrecovered, recover};

/// Until when an event that comes again is found in the log, and keeps its offset. Later it gets another: clients may
/// have passed the first by.
pub const REUSE: Duration = Duration::from_secs(60);

/// The longest that one dispatch pushes.
pub const PUSHING: Duration = Duration::from_secs(120);

/// When an append is settled that nobody has called so: each of its events has been sent to everyone, or comes again
/// under another offset. (With ten seconds for clocks that differ.)
pub const SETTLING: Duration = Duration::from_secs(REUSE.as_secs() + PUSHING.as_secs() + 10);
