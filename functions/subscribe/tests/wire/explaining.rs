//! Connections that are refused, and open only until their client has the reason.

use serde_json::{Value, json};
use subscribe::{MessageEvent, Subscribe};
use tablecast_connections::Connection;
use tablecast_protocol::{ConnectionRefusal, Protocol, Refused, RefusedConnection};

use crate::stand_in::{StandIn, Trusting, deadline, now};

fn refused(protocol: Protocol) -> String {
    let refused = Refused::new(ConnectionRefusal::TokenExpired, "The token has expired.");
    RefusedConnection { refused, protocol }.text()
}

/// A message of a connection that `authorize` refused.
fn message(refusal: &str, body: &str) -> MessageEvent {
    let context = json!({
        "connectionId": "a=", "requestId": "r1", "requestTimeEpoch": now() * 1000,
        "authorizer": { "principalId": "refused", "refusal": refusal },
    });
    serde_json::from_value(json!({ "requestContext": context, "body": body })).unwrap()
}

async fn send(subscribe: &Subscribe<Trusting>, refusal: &str, body: &Value) {
    subscribe.handle(message(refusal, &body.to_string()), deadline()).await.unwrap();
}

fn bodies() -> [Value; 5] {
    [
        json!({ "action": "subscribe", "subjects": ["orders/acme/*"] }),
        json!({ "action": "ping", "id": "7" }),
        json!({ "action": "refresh", "token": "t" }),
        json!({ "action": "nonsense" }),
        json!("hello"),
    ]
}

#[tokio::test]
async fn any_message_of_a_refused_connection_gets_the_reason_and_ends_it() {
    for body in bodies() {
        let stand_in = StandIn::start().await;
        send(&stand_in.subscribe(), &refused(Protocol::Single), &body).await;
        let replies = stand_in.replies();
        assert_eq!(replies.len(), 1, "{replies:?}");
        assert_eq!(replies[0]["type"], "tablecast.refused.v1");
        let data = json!({ "status": 401, "reason": "token-expired", "message": "The token has expired." });
        assert_eq!(replies[0]["data"], data);
        assert_eq!(stand_in.closed(), ["a="]);
        let of_connection = |(_, request): &(String, Value)| request.to_string().contains("connection#a=");
        assert!(!stand_in.seen().calls.iter().any(of_connection), "a stranger causes a request to a table");
    }
}

#[tokio::test]
async fn the_reason_has_the_form_that_the_client_offers() {
    let stand_in = StandIn::start().await;
    send(&stand_in.subscribe(), &refused(Protocol::Batch), &bodies()[0]).await;
    assert_eq!(stand_in.replies()[0][0]["type"], "tablecast.refused.v1");
}

#[tokio::test]
async fn later_messages_of_a_refused_connection_get_no_answer() {
    let stand_in = StandIn::start().await;
    let subscribe = stand_in.subscribe();
    for body in bodies().into_iter().cycle().take(200) {
        send(&subscribe, &refused(Protocol::Single), &body).await;
    }
    assert_eq!((stand_in.replies().len(), stand_in.closed().len()), (1, 1));
}

/// Even if the table had the connection of a valid token with the same id.
#[tokio::test]
async fn a_refusal_counts_more_than_a_stored_connection() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    send(&stand_in.subscribe(), &refused(Protocol::Single), &bodies()[0]).await;
    assert_eq!(stand_in.replies()[0]["type"], "tablecast.refused.v1");
    assert_eq!(stand_in.patterns(), [""; 0]);
}

#[tokio::test]
async fn a_refusal_that_cannot_be_read_ends_the_connection() {
    let stand_in = StandIn::start().await;
    send(&stand_in.subscribe(), "{}", &bodies()[0]).await;
    assert_eq!((stand_in.replies(), stand_in.closed()), (Vec::<Value>::new(), vec!["a=".to_owned()]));
}

#[tokio::test]
async fn a_connection_that_connect_refused_gets_the_reason_and_is_deleted() {
    let stand_in = StandIn::start().await;
    let refused = Refused::new(ConnectionRefusal::NotGranted, "nothing");
    let connection = Connection {
        id: "a=".to_owned(),
        protocol: Protocol::Batch,
        connected_at: now() * 1000,
        identity: None,
    };
    let text = RefusedConnection { refused, protocol: Protocol::Batch }.text();
    stand_in.connections().refuse(&connection, &text).await.unwrap();
    let replies = stand_in.send(bodies()[0].clone()).await;
    assert_eq!((replies.len(), &replies[0][0]["data"]["reason"]), (1, &json!("not-granted")), "{replies:?}");
    assert_eq!((stand_in.closed(), stand_in.items()), (vec!["a=".to_owned()], Vec::<Value>::new()));
}
