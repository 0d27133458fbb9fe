//! `$disconnect`: deletes a connection. API Gateway does not guarantee this event, so `dispatch` deletes
//! connections that are gone, and the others expire.

use aws_sdk_dynamodb::Client;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use tablecast_connections::Connections;
use tablecast_telemetry::Metrics;

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
        let deleted = disconnect(connections, event.payload).await;
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

/// Returns whether the connection is deleted now. One that `authorize` refused is not in the table.
async fn disconnect(connections: &Connections, event: DisconnectEvent) -> bool {
    let RequestContext { connection_id: connection, connected_at, authorizer } = event.request_context;
    if authorizer.is_some_and(|it| it.refusal.is_some()) {
        return true;
    }
    let deleted = connections.delete(&connection, connected_at).await;
    if let Err(error) = &deleted {
        tracing::warn!(connection, %error, "could not delete a connection: the next push to it does, or it expires");
    }
    deleted.is_ok()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config};

    use super::*;

    #[tokio::test]
    async fn a_connection_that_cannot_be_deleted_is_counted() {
        // Without a region, every request of a client fails.
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let connections = Connections::new(Client::from_conf(config), "connections");
        let event = json!({ "requestContext": { "connectionId": "a=", "connectedAt": 1234 } });
        assert!(!disconnect(&connections, serde_json::from_value(event).unwrap()).await);
    }

    /// Strangers must not cause requests to the table.
    #[tokio::test]
    async fn a_connection_that_authorize_refused_costs_no_request() {
        let config = Config::builder().behavior_version(BehaviorVersion::latest()).build();
        let connections = Connections::new(Client::from_conf(config), "connections");
        let authorizer = json!({ "principalId": "refused", "refusal": "{}" });
        let event = json!({ "requestContext": { "connectionId": "a=", "connectedAt": 1234, "authorizer": authorizer } });
        assert!(disconnect(&connections, serde_json::from_value(event).unwrap()).await);
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
