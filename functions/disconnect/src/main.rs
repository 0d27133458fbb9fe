//! `$disconnect`: deletes a connection. API Gateway does not guarantee this event, so `dispatch` deletes
//! connections that are gone, and the others expire.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tablecast_connections::Connections;
use tablecast_telemetry::Metrics;
use tokio::time::timeout;

/// The time before Lambda stops the function in which it responds.
const RESPONDING: Duration = Duration::from_secs(1);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct DisconnectEvent {
    request_context: RequestContext,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RequestContext {
    connection_id: String,
    /// Milliseconds since the epoch.
    connected_at: i64,
    authorizer: Option<Authorizer>,
}

/// The context that `authorize` returned for the connection.
#[derive(Debug, Deserialize)]
struct Authorizer {
    refusal: Option<IgnoredAny>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tablecast_telemetry::start();
    let client = Client::new(&tablecast_aws::configuration().await);
    let connections = Connections::new(client, tablecast_aws::variable("CONNECTIONS_TABLE")?);
    let connections = &connections;
    run(service_fn(|event: LambdaEvent<DisconnectEvent>| async move {
        let remaining = event.context.deadline().duration_since(SystemTime::now()).unwrap_or_default();
        let deleted = disconnect(connections, event.payload, remaining).await;
        Metrics::of_function("disconnect", "disconnected")
            .count("Disconnected", 1)
            .count("NotDeleted", usize::from(!deleted))
            .print(&event.context);
        Ok::<_, Error>(response())
    }))
    .await
}

/// A success even if the delete failed: API Gateway does not repeat the event.
fn response() -> Value {
    json!({ "statusCode": 200 })
}

/// Returns whether the connection is deleted now. One that `authorize` refused is not in the table. `remaining` is the
/// time until Lambda stops the function.
async fn disconnect(connections: &Connections, event: DisconnectEvent, remaining: Duration) -> bool {
    let RequestContext { connection_id: connection, connected_at, authorizer } = event.request_context;
    if authorizer.is_some_and(|it| it.refusal.is_some()) {
        return true;
    }
    let time = remaining - RESPONDING.min(remaining / 10);
    let deleted = timeout(time, connections.delete(&connection, connected_at)).await;
    let failure = match deleted {
        Ok(deleted) => deleted.err().map(|error| error.to_string()),
        Err(_) => Some("the table does not respond in time".to_owned()),
    };
    if let Some(error) = &failure {
        tracing::warn!(
            connection,
            error,
            "could not delete a connection: the next push to it does, or it expires"
        );
    }
    failure.is_none()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config};
    use tablecast_connections::Connection;
    use tablecast_protocol::Protocol;
    use tablecast_stand_in::{Fault, StandIn};

    use super::*;

    const TIMEOUT: Duration = Duration::from_secs(10);

    #[tokio::test(start_paused = true)]
    async fn a_connection_is_counted_as_not_deleted_before_the_timeout() {
        for request in ["connections Query", "connections TransactWriteItems"] {
            let stand_in = StandIn::in_process(&["connections"]);
            let connections = Connections::new(stand_in.dynamodb(), "connections");
            let (id, protocol, identity) = ("a=".to_owned(), Protocol::Single, None);
            let connection = Connection { id, protocol, connected_at: 1234, identity };
            connections.open(&connection, []).await.unwrap();
            stand_in.plan_always(request, Some(Fault::Hang));
            let event = json!({ "requestContext": { "connectionId": "a=", "connectedAt": 1234 } });
            let event = serde_json::from_value(event).unwrap();
            let deleted = timeout(TIMEOUT, disconnect(&connections, event, TIMEOUT)).await;
            assert_eq!(deleted.ok(), Some(false), "{request}");
        }
    }

    #[tokio::test]
    async fn a_connection_that_cannot_be_deleted_is_counted() {
        // Without a region, every request of a client fails.
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let connections = Connections::new(Client::from_conf(config), "connections");
        let event = json!({ "requestContext": { "connectionId": "a=", "connectedAt": 1234 } });
        assert!(!disconnect(&connections, serde_json::from_value(event).unwrap(), TIMEOUT).await);
    }

    /// Strangers must not cause requests to the table.
    #[tokio::test]
    async fn a_connection_that_authorize_refused_costs_no_request() {
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let connections = Connections::new(Client::from_conf(config), "connections");
        let authorizer = json!({ "principalId": "refused", "refusal": "{}" });
        let event = json!({ "requestContext": { "connectionId": "a=", "connectedAt": 1234, "authorizer": authorizer } });
        assert!(disconnect(&connections, serde_json::from_value(event).unwrap(), TIMEOUT).await);
    }

    #[test]
    fn the_disconnect_event_of_api_gateway_is_parsed() {
        let event = json!({
            "headers": { "Host": "x.execute-api.eu-west-1.amazonaws.com" },
            "requestContext": {
                "routeKey": "$disconnect", "eventType": "DISCONNECT", "connectionId": "a=", "connectedAt": 1234,
                "disconnectStatusCode": 1001, "disconnectReason": "Going away",
            },
            "isBase64Encoded": false,
        });
        let context = serde_json::from_value::<DisconnectEvent>(event).unwrap().request_context;
        assert_eq!((context.connection_id.as_str(), context.connected_at), ("a=", 1234));
    }
}
