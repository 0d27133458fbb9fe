//! The limits of a client message. docs/reference/limits.md lists them for clients.

/// Bytes of a message: one WebSocket frame, which API Gateway bills as one message.
pub const MAX_MESSAGE_BYTES: usize = 32 * 1024;

/// Bytes of the client's own id of a message.
pub const MAX_ID_BYTES: usize = 64;

/// Subscriptions of one connection, and so subjects of one message.
pub const MAX_SUBSCRIPTIONS: usize = 100;

/// Sources that a client can resume with one message. It is more than the subscriptions, because the events of a
/// subscription can come from several pipes.
pub const MAX_SOURCES: usize = 400;

/// Event types of one subscription.
pub const MAX_TYPES: usize = 20;
