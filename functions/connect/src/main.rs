//! `$connect`: remembers who connects, and what of that which they ask for they may subscribe to.

mod event;
mod request;
mod response;

use std::fmt::Display;

use aws_sdk_dynamodb::Client;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use tablecast_connections::{Connections, OpenError};
use tablecast_config::Access;
use tablecast_telemetry::Metrics;

use crate::event::ConnectEvent;
use crate::request::Request;
use crate::response::Response;

struct Connect {
    connections: Connections,
    access: Access,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let client = Client::new(&tablecast_aws::configuration().await);
    let connections = Connections::new(client, tablecast_aws::variable("CONNECTIONS_TABLE")?);
    let connect = &Connect { connections, access: Access::from_environment()? };
    run(service_fn(|event: LambdaEvent<ConnectEvent>| async move {
        let response = connect.handle(event.payload).await?;
        metrics(&response).print(&event.context);
        Ok::<_, Error>(response)
    }))
    .await
}

/// Every connection is one of these.
fn metrics(response: &Response) -> Metrics {
    let status = response.status();
    Metrics::of_function("connect", "connection answered")
        .count("Connected", usize::from(status < 400))
        .count("Refused", usize::from((400..500).contains(&status)))
        .count("Failed", usize::from(status >= 500))
}

impl Connect {
    async fn handle(&self, event: ConnectEvent) -> Result<Response, Error> {
        let id = event.request_context.connection_id.clone();
        let request = match Request::read(event, &self.access) {
            Ok(request) => request,
            Err(refusal) => return Ok(refuse(&id, refusal.status(), &refusal)),
        };
        if !request.refused.is_empty() {
            tracing::info!(connection = id, refused = ?request.refused, "a connection is not granted all that it asks for");
        }
        match self.connections.open(&request.connection, request.granted).await {
            Ok(()) => Ok(Response::accepted(request.echo)),
            Err(refusal @ OpenError::TooManyPatterns(_)) => Ok(refuse(&id, 400, &refusal)),
            Err(OpenError::Storage(error)) => {
                tracing::error!(connection = id, %error, "cannot accept a connection");
                Ok(Response::unavailable())
            }
        }
    }
}

/// API Gateway passes no body on to the client: only the log says why. The rest of the query string and the offered
/// sub-protocols may hold a token, and stay out of it.
fn refuse(connection: &str, status: u16, reason: &dyn Display) -> Response {
    tracing::info!(connection, status, %reason, "refused a connection");
    Response::refused(status, reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Seek;
    use std::sync::Arc;

    use aws_sdk_dynamodb::config::{BehaviorVersion, Config};
    use serde_json::{Value, json};

    /// The answer and the log. The client was told nothing, not even a region: whatever it is asked, it fails.
    async fn answer(patterns: &str, protocol: &str) -> (Value, Vec<Value>) {
        let log = Arc::new(tempfile::tempfile().unwrap());
        let lines = tracing_subscriber::fmt().json().flatten_event(true).with_writer(Arc::clone(&log));
        let _guard = tracing::subscriber::set_default(lines.finish());
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let connections = Connections::new(Client::from_conf(config), "connections");
        let connect = Connect { connections, access: Access::Open };
        let event = json!({
            "requestContext": { "connectionId": "a=", "connectedAt": 1234 },
            "multiValueQueryStringParameters": { "subscribe": [patterns], "token": ["secret"] },
            "multiValueHeaders": { "Sec-WebSocket-Protocol": [protocol] },
        });
        let response = connect.handle(serde_json::from_value(event).unwrap()).await.unwrap();
        (&*log).rewind().unwrap();
        let lines = serde_json::Deserializer::from_reader(&*log).into_iter();
        (serde_json::to_value(response).unwrap(), lines.map(Result::unwrap).collect())
    }

    #[tokio::test]
    async fn a_refused_client_is_told_why_and_so_is_the_log_but_no_secret() {
        let many = (0..50).map(|n| format!("orders/{n}")).collect::<Vec<_>>().join(",");
        for (patterns, protocol, reason) in [
            ("orders/*,orders/*/1", "cloudevents.json", "subscribe: \"orders/*/1\" has *"),
            ("orders/*", "secret", "none of the offered sub-protocols"),
            (&many, "cloudevents.json", "50 patterns are too many: one call may subscribe to 49"),
        ] {
            let (answer, log) = answer(patterns, protocol).await;
            assert_eq!(answer["statusCode"], 400);
            let body: Value = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
            assert!(body["message"].as_str().unwrap().starts_with(reason), "{body}");
            assert_eq!(log.len(), 1);
            assert_eq!([&log[0]["level"], &log[0]["connection"]], ["INFO", "a="]);
            assert_eq!(log[0]["reason"], body["message"]);
            assert!(!log[0].to_string().contains("secret"), "{log:?}");
        }
    }

    #[test]
    fn every_answer_is_counted_once() {
        for (response, expected) in [
            (Response::accepted(None), [1, 0, 0]),
            (Response::refused(400, &"no"), [0, 1, 0]),
            (Response::unavailable(), [0, 0, 1]),
        ] {
            let line =
                metrics(&response).line("tablecast", &Default::default(), std::time::SystemTime::now());
            assert_eq!([&line["Connected"], &line["Refused"], &line["Failed"]], expected, "{line}");
            assert_eq!(line["Function"], "connect");
        }
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_remembered_is_not_accepted() {
        let (answer, log) = answer("orders/*", "cloudevents.json").await;
        assert_eq!(answer["statusCode"], 500);
        assert_eq!(log[0]["level"], "ERROR");
        assert!(!log[0].to_string().contains("secret"), "{log:?}");
    }
}
