use std::time::Duration;

use tablecast_protocol::message::Action;

/// A time that never comes. Times of the machine are durations since any fixed moment.
pub const NEVER: Duration = Duration::MAX;

/// The times of a client. Others than the defaults are for tests.
#[derive(Debug, Clone)]
pub struct Timing {
    /// Interval of pings. API Gateway closes a connection after 10 minutes without a message.
    pub ping_every: Duration,
    /// Shortest time between two checks for lost events, which follow an `unavailable` reply to a ping.
    pub check_every: Duration,
    /// Age at which a connection is replaced, random between the two. API Gateway closes it after two hours.
    pub leave_after: (Duration, Duration),
}

impl Default for Timing {
    fn default() -> Self {
        Self { ping_every: minutes(4), check_every: minutes(5), leave_after: (minutes(90), minutes(115)) }
    }
}

const fn minutes(count: u64) -> Duration {
    Duration::from_secs(60 * count)
}

/// Longest wait for an open connection. The functions of the server have half a minute.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Longest time in which an application subscribes after the connection opened. Then a ping finds out whether the
/// server refuses the connection.
pub(super) const GREETING: Duration = Duration::from_millis(500);

/// Longest wait for the reply to a message.
pub(super) fn timeout(action: Action) -> Duration {
    Duration::from_secs(match action {
        Action::Subscribe | Action::State => 60,
        Action::Unsubscribe | Action::Refresh => 30,
        Action::Ping => 10,
    })
}

/// A connection that was live for so long resets the backoff.
pub(super) const MIN_UPTIME: Duration = Duration::from_secs(10);

/// Delay before the client requests a token again.
pub(super) const TOKEN_RETRY: Duration = Duration::from_secs(10);
