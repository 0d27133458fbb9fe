//! To the sockets: many connections at once, the frames of one in order. Nothing here fails a batch.

mod counts;
mod reaction;
mod serve;

use std::time::Duration;

use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::retry::RetryConfig;
use aws_sdk_apigatewaymanagement::config::timeout::TimeoutConfig;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use futures_util::{StreamExt, stream};
use tablecast_aws::SdkConfig;
use tablecast_connections::{Connections, Listener};
use tokio::time::{Instant, timeout_at};

use crate::deadline::Deadline;
use crate::event::Event;
use crate::limits::Limits;
use crate::subscribers::Delivery;

pub use counts::Counts;

/// API Gateway: 128 KB in one message.
const MAX_MESSAGE: usize = 128 * 1024;

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
        let mut counts = Counts::default();
        let serving = self.serve(events, delivery, &mut counts);
        if within(deadline.push, serving).await.is_none() {
            counts.late += 1;
            let closing = self.close(&delivery.listener.id);
            counts.left += usize::from(within(deadline.answer, closing).await.is_none());
        }
        counts
    }

    /// The status of the answer, whatever the SDK makes of it: a bare 410 is no "Gone" to it.
    async fn post(&self, id: &str, frame: &str) -> Option<u16> {
        let request = self.client.post_to_connection().connection_id(id).data(Blob::new(frame.as_bytes()));
        match request.send().await {
            Ok(_) => Some(200),
            Err(error) => error.raw_response().map(|response| response.status().as_u16()),
        }
    }

    /// Best effort: the client comes back, sooner or later.
    async fn close(&self, id: &str) {
        let request = self.client.delete_connection().connection_id(id);
        if let Err(error) = request.send().await {
            let status = error.raw_response().map(|response| response.status().as_u16());
            tracing::debug!(connection = id, status, "cannot close a connection");
        }
    }

    async fn forget(&self, listener: &Listener) {
        if let Err(error) = self.connections.forget(&listener.id, listener.connected_at).await {
            let connection = &listener.id;
            tracing::warn!(connection, %error, "cannot forget a connection: the next push tries again");
        }
    }
}

/// Nothing if the time is over, before or during the work.
async fn within<T>(until: Instant, work: impl Future<Output = T>) -> Option<T> {
    if until.duration_since(Instant::now()) == Duration::ZERO {
        return None;
    }
    timeout_at(until, work).await.ok()
}
