//! To the sockets: many connections at once, the frames of one in order. Nothing here fails a batch.

mod counts;
mod reaction;
mod serve;
mod settle;

use std::time::{Duration, SystemTime};

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::error::SdkError;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use futures_util::{StreamExt, stream};
use tablecast_aws::SdkConfig;
use tablecast_connections::{Connections, LIFETIME_SECONDS, Listener};
use tablecast_protocol::milliseconds;
use tokio::time::{Instant, timeout_at};

use crate::deadline::Deadline;
use crate::event::Event;
use crate::limits::Limits;
use crate::subscribers::Delivery;

pub use counts::Counts;
use reaction::Outcome;

/// API Gateway's side of the connections, and our memory of them.
pub struct Gateway {
    client: Client,
    connections: Connections,
    limits: Limits,
}

impl Gateway {
    /// Without the SDK's retries: their budget is one for the whole process, so that a few bad
    /// connections would use up everyone's.
    pub fn new(aws: &SdkConfig, endpoint: String, connections: Connections, limits: Limits) -> Self {
        let config = aws_sdk_apigatewaymanagement::config::Builder::from(aws);
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(limits.post).build();
        let config =
            config.endpoint_url(endpoint).retry_config(RetryConfig::disabled()).timeout_config(timeouts);
        Self { client: Client::from_conf(config.build()), connections, limits }
    }

    pub async fn push(&self, events: &[Event], deliveries: Vec<Delivery>, deadline: Deadline) -> Counts {
        let counts = stream::iter(&deliveries)
            .map(|delivery| self.serve_until(events, delivery, deadline))
            .buffer_unordered(self.limits.connections)
            .fold(Counts::default(), async |sum, one| sum + one)
            .await;
        Counts { connections: deliveries.len(), ..counts }
    }

    async fn serve_until(&self, events: &[Event], delivery: &Delivery, deadline: Deadline) -> Counts {
        let (listener, mut counts) = (&delivery.listener, Counts::default());
        let serving = within(end(listener), self.serve(events, delivery, &mut counts));
        // Served to the end of the token at most.
        let end = within(deadline.push, serving).await.map(|end| end.unwrap_or(Outcome::Expired));
        self.settle(listener, end, deadline.answer, &mut counts).await;
        counts
    }

    async fn post(&self, id: &str, frame: &str) -> Option<u16> {
        let request = self.client.post_to_connection().connection_id(id).data(Blob::new(frame.as_bytes()));
        request.send().await.map_or_else(status, |_| Some(200))
    }

    /// That a connection is not found says the same as that it is gone.
    async fn delete(&self, id: &str) -> Option<u16> {
        let request = self.client.delete_connection().connection_id(id);
        let status = request.send().await.map_or_else(status, |_| Some(200));
        status.map(|status| if status == 404 { 410 } else { status })
    }
}

/// The status of the answer, whatever the SDK makes of it: a bare 410 is no "Gone" to it.
fn status<E>(error: SdkError<E>) -> Option<u16> {
    error.raw_response().map(|response| response.status().as_u16())
}

/// When its time is over; of a long one, that it lasts longer than any function.
fn end(listener: &Listener) -> Instant {
    let left = listener.ends_at.saturating_mul(1000).saturating_sub(milliseconds(SystemTime::now()));
    let left = left.clamp(0, LIFETIME_SECONDS * 1000);
    Instant::now() + Duration::from_millis(left.unsigned_abs())
}

/// Nothing if the time is over, before or during the work.
async fn within<T>(until: Instant, work: impl Future<Output = T>) -> Option<T> {
    if until.duration_since(Instant::now()) == Duration::ZERO {
        return None;
    }
    timeout_at(until, work).await.ok()
}
