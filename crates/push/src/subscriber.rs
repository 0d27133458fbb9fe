//! A subscriber, as its frames need it.

use std::time::Duration;

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::{Connections, LIFETIME_SECONDS, Subscriber};
use tablecast_protocol::{Control, Envelope, ErrorCode, rfc3339};
use tablecast_sockets::Recipient;
use tokio::time::Instant;

use crate::time_limit::within;

pub fn recipient(subscriber: &Subscriber) -> Recipient<'_> {
    Recipient { id: &subscriber.id, protocol: subscriber.protocol, connected_at: subscriber.connected_at }
}

/// When the connection receives nothing more: at once if its subscription is damaged, or when its token expires, or a
/// time after the end of this invocation.
pub fn ends_at(subscriber: &Subscriber) -> Instant {
    let ends_at = if subscriber.is_damaged { 0 } else { subscriber.ends_at };
    let remaining = ends_at.saturating_mul(1000).saturating_sub(now_in_milliseconds());
    let remaining = remaining.clamp(0, LIFETIME_SECONDS * 1000);
    Instant::now() + Duration::from_millis(remaining.unsigned_abs())
}

/// The last frame of a connection whose token has expired. It holds the reason, because API Gateway closes with
/// 1000 and no reason. None if the subscription is damaged, because then the form of its frames is unknown.
pub fn last_frame(subscriber: &Subscriber) -> Option<String> {
    if subscriber.is_damaged {
        return None;
    }
    let message = "The token has expired: connect with a new one, or send it with `refresh` earlier.";
    let (id, time) = (format!("{}:expired", subscriber.id), rfc3339(now_in_milliseconds()));
    let event = Control::error(ErrorCode::Expired, message).event(&Envelope::own(&id, &time, None));
    Some(subscriber.protocol.frame(event))
}

/// Returns whether the connection is deleted.
pub async fn delete_connection(connections: &Connections, subscriber: &Subscriber, until: Instant) -> bool {
    let deleting = connections.delete(&subscriber.id, subscriber.connected_at);
    let error = match within(until, deleting).await {
        Some(Ok(())) => return true,
        Some(Err(error)) => error.to_string(),
        None => "it took too long".to_owned(),
    };
    let connection = &subscriber.id;
    tracing::warn!(connection, error, "could not delete a connection: the next push tries again");
    false
}
