//! `$connect`: remembers who connects and what they subscribe to.

mod event;
mod request;
mod response;

use aws_sdk_dynamodb::Client;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use tablecast_connections::{Connections, OpenError};

use crate::event::ConnectEvent;
use crate::request::Request;
use crate::response::Response;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let client = Client::new(&tablecast_aws::configuration().await);
    let connections = Connections::new(client, tablecast_aws::variable("CONNECTIONS_TABLE")?);
    run(service_fn(|event: LambdaEvent<ConnectEvent>| connect(&connections, event.payload))).await
}

async fn connect(connections: &Connections, event: ConnectEvent) -> Result<Response, Error> {
    let request = match Request::read(event) {
        Ok(request) => request,
        Err(refusal) => return Ok(Response::refused(&refusal)),
    };
    match connections.open(&request.connection, &request.patterns).await {
        Ok(()) => Ok(Response::accepted(request.echo)),
        Err(refusal @ OpenError::TooManyPatterns(_)) => Ok(Response::refused(&refusal)),
        Err(OpenError::Storage(error)) => {
            tracing::error!(connection = request.connection.id, %error, "cannot accept a connection");
            Ok(Response::unavailable())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_dynamodb::config::retry::RetryConfig;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Credentials, Region};
    use serde_json::{Value, json};

    /// Nobody listens on port 9 of this machine.
    fn unreachable() -> Connections {
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url("http://127.0.0.1:9")
            .retry_config(RetryConfig::disabled())
            .credentials_provider(Credentials::new("local", "local", None, None, "test"))
            .http_client(aws_smithy_http_client::Builder::new().build_http());
        Connections::new(Client::from_conf(config.build()), "connections")
    }

    async fn answer(patterns: &str) -> Value {
        let event = json!({
            "requestContext": { "connectionId": "a=", "connectedAt": 1234 },
            "multiValueQueryStringParameters": { "subscribe": [patterns] },
        });
        let response = connect(&unreachable(), serde_json::from_value(event).unwrap()).await.unwrap();
        serde_json::to_value(response).unwrap()
    }

    #[tokio::test]
    async fn a_bad_request_is_refused_before_anything_is_written() {
        assert_eq!(answer("orders/*/1").await["statusCode"], 400);
        let many: Vec<String> = (0..50).map(|n| format!("orders/{n}")).collect();
        let refusal = answer(&many.join(",")).await;
        assert_eq!(refusal["statusCode"], 400);
        assert!(refusal["body"].as_str().unwrap().contains("49"), "{refusal}");
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_remembered_is_not_accepted() {
        assert_eq!(answer("orders/*").await["statusCode"], 500);
    }
}
