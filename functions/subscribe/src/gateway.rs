use aws_sdk_apigatewaymanagement::Client;
use aws_sdk_apigatewaymanagement::config::Builder;
use aws_sdk_apigatewaymanagement::error::DisplayErrorContext;
use aws_sdk_apigatewaymanagement::primitives::Blob;
use tablecast_aws::SdkConfig;

/// API Gateway's side of the connections. What fails here, after the SDK's retries, is only logged: mostly the client is
/// gone; else it misses an answer, and asks again.
pub struct Gateway(Client);

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posted {
    Taken,
    /// For API Gateway (413); the connection is there.
    TooLarge,
    NotTaken,
}

impl Gateway {
    pub fn new(aws: &SdkConfig, endpoint: String) -> Self {
        Self(Client::from_conf(Builder::from(aws).endpoint_url(endpoint).build()))
    }

    pub async fn post(&self, connection: &str, frame: String) -> Posted {
        let request = self.0.post_to_connection().connection_id(connection);
        let Err(error) = request.data(Blob::new(frame.into_bytes())).send().await else {
            return Posted::Taken;
        };
        let status = error.raw_response().map(|response| response.status().as_u16());
        tracing::warn!(connection, error = %DisplayErrorContext(&error), "a client could not be answered");
        if status == Some(413) { Posted::TooLarge } else { Posted::NotTaken }
    }

    pub async fn close(&self, connection: &str) {
        if let Err(error) = self.0.delete_connection().connection_id(connection).send().await {
            tracing::warn!(connection, error = %DisplayErrorContext(error), "a connection could not be closed");
        }
    }
}
