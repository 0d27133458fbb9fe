//! What a client may ask for. docs/reference/limits.md tells it to clients.

use std::time::Duration;

use tablecast_aws::RetryPolicy;
use tablecast_sockets::SocketPolicy;

/// For each frame, and for closing a connection: what the AWS SDK does by default. A connection that sends messages is
/// open, so a 410 means that it is gone.
pub const SOCKETS: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(3),
        retries: 2,
        backoff: Duration::from_secs(1),
    },
    settling: Duration::ZERO,
    connecting: Duration::ZERO,
};

/// Bytes of a message: one frame, and what API Gateway bills as one.
pub const MESSAGE_BYTES: usize = 32 * 1024;

/// Of a client's own id of a message, in bytes.
pub const ID_BYTES: usize = 64;

/// Of one connection; so no message can usefully name more subjects.
pub const SUBSCRIPTIONS: usize = 100;

/// Sources that a client names at once when it comes back.
pub const SOURCES: usize = 100;

/// For all that is replayed to a client that comes back. One that takes it so slowly is closed, and goes on from
/// where it got; the function has 29 s.
pub const RESUMING: Duration = Duration::from_secs(20);

/// Events that are replayed at once to a client that gets each in a message of its own.
pub const REPLAYED: usize = 1000;

/// Of them, those that are sent before it is looked whether the token still grants the rest.
pub const AT_ONCE: usize = 20;

/// The same for a client that gets arrays: a few of them.
pub const ARRAYS_AT_ONCE: usize = 500;

/// For what came while the subscription was written.
pub const CATCHING_UP: Duration = Duration::from_secs(5);

/// Event types of one subscription.
pub const TYPES: usize = 20;

/// Messages of one connection at once, as one instance of the function sees them.
pub const BURST: u32 = 100;

/// Messages of one connection a second, after a burst.
pub const MESSAGES_PER_SECOND: u32 = 10;

/// Bytes of a log that are read for one message in the place of another. The longest resume, 16 MB, is 32 more messages;
/// and one connection for ever reads at most 5 MB a second: of DynamoDB's 3,000 read units of a partition, 1,280.
pub const BYTES_OF_A_MESSAGE: usize = 512 * 1024;

/// Times that a change is tried which others of the same connection overtake.
pub const ATTEMPTS: u32 = 12;

/// Between such times: up to this, so that those who collided once do not collide again.
pub const PAUSE: Duration = Duration::from_millis(60);
