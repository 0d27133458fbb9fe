//! API Gateway's quotas for WebSocket APIs, and limits that tablecast chose where it documents none.

use std::time::Duration;

/// The maximum message in either direction: 128 KB (API Gateway, "Message payload size").
pub const MESSAGE_BYTES: usize = 128 * 1024;

/// The maximum frame in either direction: 32 KB (API Gateway, "WebSocket frame size").
pub const FRAME_BYTES: usize = 32 * 1024;

/// The maximum path and query of an upgrade request: 4,096 characters (API Gateway, "URL length").
pub const URL_CHARACTERS: usize = 4096;

/// The gateway closes a connection after this time without a message in either direction (API Gateway: 10
/// minutes). AWS does not document whether pings count. Here they do not, so that no client relies on them.
pub const IDLE: Duration = Duration::from_secs(10 * 60);

/// The maximum duration of a connection (API Gateway: 2 hours).
pub const CONNECTION: Duration = Duration::from_secs(2 * 60 * 60);

/// The timeout of a route's function (API Gateway, "Integration timeout": 29 s).
pub const INTEGRATION: Duration = Duration::from_secs(29);

/// The maximum response of an authorizer: 8 KB (API Gateway, "Authorizer result size").
pub const AUTHORIZER_RESULT_BYTES: usize = 8 * 1024;

/// The size of the send buffer of one client. API Gateway has such a buffer ("the WebSocket client side
/// buffer is full", 429), but does not document its size. Here it holds 1 MB.
pub const SEND_BUFFER_BYTES: usize = 1024 * 1024;

/// The overhead of a message in the send buffer. It limits the number of empty messages.
pub const MESSAGE_OVERHEAD_BYTES: usize = 64;

/// The number of messages of one connection that functions handle concurrently. Further messages wait.
/// Tablecast chose this limit.
pub const CONCURRENT_MESSAGES: usize = 16;

/// The time limit for a client to complete its upgrade after the response. Tablecast chose this limit.
pub const UPGRADE_WAIT: Duration = Duration::from_secs(10);

/// The time limit for a client to read its queued messages and to answer a close frame. Tablecast chose this
/// limit.
pub const CLOSE_WAIT: Duration = Duration::from_secs(2);

/// The time limit of `stop` for the close frames and the `$disconnect` calls. Tablecast chose this limit.
pub const STOP_WAIT: Duration = Duration::from_secs(5);
