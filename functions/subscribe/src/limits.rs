//! The limits of this function. docs/reference/limits.md lists those that clients notice; what one message
//! can hold is in `tablecast_protocol::message::limits`.

use std::time::Duration;

use tablecast_aws::RetryPolicy;
use tablecast_connections::Quota;
use tablecast_protocol::Protocol;
use tablecast_protocol::message::limits::MAX_SOURCES;
use tablecast_sockets::SocketPolicy;

/// For each frame, and for closing a connection: the SDK's defaults. A connection that sends messages is
/// open, so a 410 means that it is gone.
pub const SOCKETS: SocketPolicy = SocketPolicy {
    retry: RetryPolicy {
        attempt_timeout: Duration::from_secs(3),
        retries: 2,
        backoff: Duration::from_secs(1),
    },
    connecting: Duration::ZERO,
};

/// The longest time that API Gateway waits for the function, and its timeout by default. With a shorter one, all limits
/// of a message are shorter (`Deadline`).
pub const FUNCTION_TIMEOUT: Duration = Duration::from_secs(29);

/// The time from the start of a message to the end of its work. Only the reply follows.
pub const MESSAGE_TIMEOUT: Duration = Duration::from_secs(26);

/// The time from the start of a message to the end of its replay. A slower client is disconnected, and resumes
/// after the last event that it received.
pub const RESUME_TIMEOUT: Duration = Duration::from_secs(20);

/// The time from the start of a message until its subscriptions are written.
pub const WRITE_TIMEOUT: Duration = Duration::from_secs(23);

/// The time to send the events that were appended while the subscription was written. `MESSAGE_TIMEOUT` can end it
/// earlier.
pub const CATCH_UP_TIMEOUT: Duration = Duration::from_secs(5);

/// Each part has the time for one attempt of a request after the part before it. `Deadline` divides the time after the
/// last one between the reply and closing the connection.
const _: () = {
    let attempt = SOCKETS.retry.attempt_timeout.as_secs();
    assert!(RESUME_TIMEOUT.as_secs() + attempt <= WRITE_TIMEOUT.as_secs());
    assert!(WRITE_TIMEOUT.as_secs() + attempt <= MESSAGE_TIMEOUT.as_secs());
    assert!(STATE_MESSAGE_TIMEOUT.as_secs() + STATE_GRACE.as_secs() <= MESSAGE_TIMEOUT.as_secs());
};

/// Events replayed to a client that receives each event in its own message.
const MAX_REPLAYED_EVENTS: usize = 1000;

/// The events sent before the connection's grants are read again.
const PAGE_EVENTS: usize = 20;

/// The same for a client that receives arrays; these events make a few messages.
const ARRAY_PAGE_EVENTS: usize = 500;

/// The most events that one message replays. Where events share messages, their bytes are the limit.
pub fn max_events(protocol: Protocol) -> usize {
    match protocol {
        Protocol::Single => MAX_REPLAYED_EVENTS,
        Protocol::Batch => usize::MAX,
    }
}

/// The events sent before the connection's grants are read again.
pub fn page_events(protocol: Protocol) -> usize {
    match protocol {
        Protocol::Single => PAGE_EVENTS,
        Protocol::Batch => ARRAY_PAGE_EVENTS,
    }
}

/// Channels whose ends are read at once. A connection with 100 subscriptions has as many channels, or more.
pub const READS_AT_ONCE: usize = 16;

/// Channels whose events are read at once. Each holds at most `RESUME_BYTES` of the log in memory, and 8 MB of
/// events: both together 48 MB. The events that were read before take 8 MB more. The function has 256 MB.
pub const RESUMES_AT_ONCE: usize = 2;

/// Bytes that the longest resume of one channel reads. It can exceed them by the last item, about 1 MB.
pub const RESUME_BYTES: usize = 16 * 1024 * 1024;

/// Bytes of all logs that one message reads. A read begins only if the longest one would not exceed them.
pub const MESSAGE_READ_BYTES: usize = RESUMES_AT_ONCE * RESUME_BYTES;

/// Bytes of a read unit of a consistent read.
pub const READ_UNIT_BYTES: usize = 4096;

/// Bytes of a table that one message reads for state. It can exceed them by the last page, 1 MB, or if no item of the
/// state comes before.
pub const STATE_READ_BYTES: usize = 4 * 1024 * 1024;

/// Bytes of a table that one message reads in search of the next item of a state. The others are of another kind.
pub const STATE_MAX_OTHER_BYTES: usize = 16 * 1024 * 1024;

/// Items that one request reads. DynamoDB ends a page at 1 MB, too.
pub const STATE_PAGE_ITEMS: i32 = 1000;

/// The time in which a message reads state.
pub const STATE_TIMEOUT: Duration = Duration::from_secs(10);

/// The time from the arrival of a message after which it reads no more state: a resume comes first.
pub const STATE_MESSAGE_TIMEOUT: Duration = Duration::from_secs(22);

/// The time to send what was read last. A slower client is disconnected.
pub const STATE_GRACE: Duration = Duration::from_secs(4);

/// Items that cannot become state and have a log line, for each message.
pub const STATE_LOGGED_ITEMS: usize = 20;

/// Messages as which the largest page of a table counts, and one more.
pub const STATE_PAGE_MESSAGES: f64 = (1 + 1024 * 1024 / BYTES_PER_MESSAGE) as f64;

/// Bytes of the sources that replies list of one connection. `subscribed` has them beside the subjects of a
/// message, at most 40 KB, in one frame of at most 128 KB.
pub const MAX_SOURCES_BYTES: usize = 80 * 1024;

/// Messages of one connection at once, as one instance of the function counts them.
pub const BURST: u32 = 100;

/// Messages of one connection a second, after a burst.
pub const MESSAGES_PER_SECOND: u32 = 10;

/// Bytes read from a log that count as one message. The longest resume, 16 MB, counts as 32 messages. So one
/// connection reads at most 5 MB a second, which is 1,280 of the 3,000 read units of a DynamoDB partition.
pub const BYTES_PER_MESSAGE: usize = 512 * 1024;

/// Bytes that a DynamoDB partition reads in a second: 3,000 read units of 4 KB. One partition has the log of a channel.
const PARTITION_BYTES_PER_SECOND: u64 = 3000 * 4096;

/// Bytes that the resumes of one channel read. In any minute, they leave half of the partition to the appends,
/// which read the channel's end.
pub const CHANNEL_QUOTA: Quota = Quota { burst: 96 * MB, bytes_per_second: 4 * MB };
const _: () = assert!(CHANNEL_QUOTA.most_in(60) <= 60 * PARTITION_BYTES_PER_SECOND / 2);

/// Bytes that the resumes of one principal read, or of one address without tokens. The longest message fits, and
/// two principals at once do not use up a channel.
pub const PRINCIPAL_QUOTA: Quota = Quota { burst: 48 * MB, bytes_per_second: MB / 2 };
const _: () = assert!(PRINCIPAL_QUOTA.burst >= MESSAGE_READ_BYTES as u64 * 5 / 4);
const _: () = assert!(2 * PRINCIPAL_QUOTA.most_in(60) < CHANNEL_QUOTA.most_in(60));

/// Bytes that one process reads for an account in a minute before it takes from the quota. A usual resume reads less.
pub const FREE_BYTES: usize = 256 * 1024;

/// Bytes that are taken from a quota at once. One write for each 256 read units.
pub const QUOTA_STEP: u64 = MB;

/// The time in which a process does not request a used up quota again, in milliseconds. `PRINCIPAL_QUOTA` refills
/// 5 MB in it.
pub const QUOTA_PAUSE: i64 = 10_000;

/// Items of one page while a quota is used up, because the read may stop after it.
pub const CAUTIOUS_PAGE: i32 = 16;

const MB: u64 = 1024 * 1024;

/// Channels whose logs are read that count as one message. A ping of 100 channels counts as 5 messages. So one
/// connection that sends nothing else makes 200 reads a second.
pub const CHANNELS_PER_MESSAGE: usize = 25;

/// One message never exhausts a full bucket: a client that resumes as much as it can is not disconnected for it.
const _: () = assert!(
    1 + MESSAGE_READ_BYTES / BYTES_PER_MESSAGE + 2 * MAX_SOURCES / CHANNELS_PER_MESSAGE <= BURST as usize
);

/// Attempts to change a connection that other messages change at the same time.
pub const CHANGE_ATTEMPTS: u32 = 12;

/// The longest pause between such attempts. It is random, so that two messages do not collide again.
pub const CHANGE_PAUSE: Duration = Duration::from_millis(60);
