//! API Gateway's quotas for WebSocket APIs, and our own bounds where it documents none.

use std::time::Duration;

/// Longest message, in either direction: 128 KB (API Gateway, "Message payload size").
pub const MESSAGE_BYTES: usize = 128 * 1024;

/// Longest frame, in either direction: 32 KB (API Gateway, "WebSocket frame size").
pub const FRAME_BYTES: usize = 32 * 1024;

/// Longest path and query of an upgrade request: 4,096 characters (API Gateway, "URL length").
pub const URL_CHARACTERS: usize = 4096;

/// A connection without a message in either direction for so long is closed (API Gateway: 10 minutes).
/// Whether pings count is not documented; here they do not, so that nobody comes to rely on them.
pub const IDLE: Duration = Duration::from_secs(10 * 60);

/// A connection is closed after so long, used or not (API Gateway: 2 hours).
pub const CONNECTION: Duration = Duration::from_secs(2 * 60 * 60);

/// How long a function may take to answer a route (API Gateway, "Integration timeout": 29 s).
pub const INTEGRATION: Duration = Duration::from_secs(29);

/// Largest answer of an authorizer: 8 KB (API Gateway, "Authorizer result size").
pub const AUTHORIZER_RESULT_BYTES: usize = 8 * 1024;

/// What may wait for one client that does not read. API Gateway keeps such a buffer ("the WebSocket
/// client side buffer is full", 429) but does not say how big it is: ours holds 1 MB.
pub const SEND_BUFFER_BYTES: usize = 1024 * 1024;

/// What a waiting message takes up in the buffer beside its bytes, so that empty ones are bounded too.
pub const MESSAGE_OVERHEAD_BYTES: usize = 64;

/// Messages of one connection that functions work on at once; the next ones are read later. Ours.
pub const MESSAGES_IN_WORK: usize = 16;

/// How long a client may take to complete its upgrade once it was answered. Ours.
pub const UPGRADE_WAIT: Duration = Duration::from_secs(10);

/// How long a client may take to read what is still queued for it, and to answer a close. Ours.
pub const CLOSE_WAIT: Duration = Duration::from_secs(2);

/// How long `stop` waits for the closes and the `$disconnect` calls. Ours.
pub const STOP_WAIT: Duration = Duration::from_secs(5);
