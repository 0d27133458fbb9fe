use std::env::{self, VarError};
use std::time::Duration;

use tablecast_aws::RetryPolicy;
use tablecast_push::PacingLimits;
use tablecast_sockets::SocketPolicy;

/// How much a worker does at once, and how long it waits.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub pacing: PacingLimits,
    /// For the frames of one turn of a connection; as many retries to close it.
    pub sockets: SocketPolicy,
    /// A worker that does not renew its lease for this time loses its part.
    pub lease: Duration,
    pub renewal: Duration,
    /// The shortest time between two writes of the cursor, while the worker is busy.
    pub cursor: Duration,
    /// A run of a large audience ends after this time without an event, and another one after this time without a failure.
    pub linger: Duration,
    /// The time between two reads of the log.
    pub poll: Duration,
    /// The same for each listener, so that the look-ups do not exceed the rate of a partition of DynamoDB.
    pub poll_per_listener: Duration,
    /// An audience of more listeners is large.
    pub large: usize,
    /// More listeners are split into parts.
    pub listeners_per_part: usize,
    /// Compressed bytes of the log that are read at once.
    pub read_bytes: usize,
    /// Beyond half of it, the worker reads no more.
    pub room: Room,
    /// The `@connections` requests a second of the account.
    pub posts_per_second: u64,
    /// The first pause in an outage. It doubles.
    pub outage_pause: Duration,
    /// Pauses, after which the invocation ends.
    pub outage_rounds: u32,
    /// The part is left alone for this time after an outage.
    pub outage_rest: Duration,
    /// Listeners of single messages that lag more are informed.
    pub informed_lag: Duration,
}

/// The most that all listeners of a worker together may lack.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Events, counted for each listener that lacks them.
    pub queued: usize,
    /// Bytes of the events, counted once.
    pub bytes: usize,
}

impl Room {
    pub fn divided_by(self, number: usize) -> Self {
        Self { queued: self.queued / number, bytes: self.bytes / number }
    }
}

/// API Gateway's default quota of an account and region.
const POSTS_PER_SECOND: u64 = 10_000;

impl Default for Limits {
    fn default() -> Self {
        Self {
            pacing: PACING,
            sockets: SOCKETS,
            lease: Duration::from_secs(10),
            renewal: Duration::from_secs(3),
            cursor: Duration::from_millis(500),
            linger: Duration::from_secs(2),
            poll: Duration::from_millis(50),
            poll_per_listener: Duration::from_micros(50),
            large: 500,
            listeners_per_part: 20_000,
            read_bytes: 1024 * 1024,
            room: Room { queued: 500_000, bytes: 256 * 1024 * 1024 },
            posts_per_second: POSTS_PER_SECOND,
            outage_pause: Duration::from_millis(500),
            outage_rounds: 3,
            outage_rest: Duration::from_secs(20),
            informed_lag: Duration::from_secs(60),
        }
    }
}

/// `ACCOUNT_POSTS_PER_SECOND` is not a number.
#[derive(Debug, thiserror::Error)]
#[error("ACCOUNT_POSTS_PER_SECOND is {0:?}: set a whole number from 1 on, such as {POSTS_PER_SECOND}")]
pub struct InvalidRate(String);

impl Limits {
    /// The defaults, with `ACCOUNT_POSTS_PER_SECOND` if it is set.
    pub fn from_environment() -> Result<Self, InvalidRate> {
        let rate = match env::var("ACCOUNT_POSTS_PER_SECOND") {
            Err(VarError::NotPresent) => return Ok(Self::default()),
            Err(VarError::NotUnicode(text)) => return Err(InvalidRate(text.to_string_lossy().into_owned())),
            Ok(text) => text,
        };
        match rate.parse() {
            Ok(posts_per_second @ 1..) => Ok(Self { posts_per_second, ..Self::default() }),
            _ => Err(InvalidRate(rate)),
        }
    }
}

/// A process of Lambda can open 1,024 files, and each request takes one.
const PACING: PacingLimits = PacingLimits {
    connections: 128,
    stalled: 384,
    stalled_after: Duration::from_millis(200),
    // With `stalled_after`, two seconds: enough for a second attempt.
    max_stall: Duration::from_millis(1800),
};

const SOCKETS: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(1),
        retries: 3,
        backoff: Duration::from_millis(100),
    },
    connecting: Duration::from_secs(29),
};
