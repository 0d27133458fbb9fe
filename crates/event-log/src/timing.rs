//! How long an append counts as unfinished.

use std::time::Duration;

/// How long an event that comes again keeps its offset. Later it gets a new one, because clients may have passed the
/// first.
pub const REUSE: Duration = Duration::from_secs(60);

/// The longest time that one dispatch pushes.
pub const PUSHING: Duration = Duration::from_secs(120);

/// When an append counts as delivered without a report: by then its events were sent to everyone, or they come again
/// with another offset. Ten seconds allow for clocks that differ.
pub const SETTLING: Duration = Duration::from_secs(REUSE.as_secs() + PUSHING.as_secs() + 10);
