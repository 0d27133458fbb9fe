use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::error::DisplayErrorContext;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use tablecast_aws::SdkConfig;

/// API Gateway's side of the connections. What fails here, after the SDK's retries, is only logged: mostly the client is
/// gone; else it misses an answer, and asks again.
pub struct Gateway(Client);

impl Gateway {
    pub fn new(aws: &SdkConfig, endpoint: String) -> Self {
        Self(Client::from_conf(Builder::from(aws).endpoint_url(endpoint).build()))
    }

    /// Whether API Gateway took it.
    pub async fn post(&self, connection: &str, frame: String) -> bool {
        let request = self.0.post_to_connection().connection_id(connection);
        let posted = request.data(Blob::new(frame.into_bytes())).send().await;
        if let Err(error) = &posted {
            tracing::warn!(connection, error = %DisplayErrorContext(error), "a client could not be answered");
        }
        posted.is_ok()
    }

    pub async fn close(&self, connection: &str) {
        if let Err(error) = self.0.delete_connection().connection_id(connection).send().await {
            tracing::warn!(connection, error = %DisplayErrorContext(error), "a connection could not be closed");
        }
    }
}
