use serde_json::{Value, json};
use tablecast_protocol::Protocol;

use crate::stand_in::{StandIn, deadline, event, event_at, identity, now};

fn ping() -> Value {
    json!({ "action": "ping" })
}

#[tokio::test]
async fn a_message_of_an_expired_connection_ends_it() {
    for message in [ping(), json!({ "action": "subscribe", "subjects": ["orders/acme/*"] }), json!("hello")] {
        let stand_in = StandIn::start().await;
        stand_in.connect_with(Protocol::Batch, Some(identity("ada", "acme", now()))).await;
        let replies = stand_in.send(message).await;
        assert_eq!(replies.len(), 1);
        assert_eq!(replies[0][0]["data"]["code"], "expired");
        assert_eq!(replies[0][0]["data"]["closing"], true);
        assert_eq!(stand_in.closed(), ["a="]);
        assert_eq!(stand_in.items(), [Value::Null; 0]);
    }
}

/// The unit tests of `reconnect` test the exact age.
#[tokio::test]
async fn an_old_connection_receives_a_reconnect_event_after_each_reply() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Batch).await;
    let (subscriber, connected_at) = (stand_in.subscribe(), now() * 1000);
    let send = async |minutes: i64, message: Value| {
        let before = stand_in.replies().len();
        let event = event_at(connected_at + minutes * 60_000, "r1", &message.to_string());
        subscriber.handle(event, deadline()).await.unwrap();
        stand_in.replies().split_off(before)
    };
    assert_eq!(send(99, ping()).await.len(), 1);
    for message in [ping(), json!({ "action": "subscribe", "subjects": ["orders/acme/*"] }), json!("hello")] {
        let replies = send(116, message).await;
        assert_eq!(replies.len(), 2, "{replies:?}");
        assert_ne!(replies[0][0]["id"], replies[1][0]["id"]);
        assert_eq!(replies[1][0]["type"], "tablecast.reconnect.v1");
        assert_eq!(replies[1][0]["data"].as_object().unwrap().keys().collect::<Vec<_>>(), ["closesAt"]);
    }
    assert!(stand_in.closed().is_empty());
}

#[tokio::test]
async fn an_unknown_connection_is_closed() {
    let stand_in = StandIn::start().await;
    assert_eq!(stand_in.send(ping()).await, [Value::Null; 0]);
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn a_connection_with_a_damaged_item_is_closed() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    (*stand_in).damage("a=", &["pk"], "protocol", &json!({ "S": "of-a-newer-version" }));
    assert_eq!(stand_in.send(ping()).await, [Value::Null; 0]);
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn a_flood_is_answered_once_and_ends_the_connection() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    let subscriber = stand_in.subscribe();
    for n in 0..100 {
        subscriber.handle(event(&n.to_string(), &ping().to_string()), deadline()).await.unwrap();
    }
    // The bucket refills during the test, so a few more are admitted.
    let before = stand_in.replies().len();
    assert!(stand_in.closed().is_empty() && before == 100);
    for n in 100..1000 {
        subscriber.handle(event(&n.to_string(), &ping().to_string()), deadline()).await.unwrap();
    }
    let replies = stand_in.replies();
    let last = replies.last().unwrap();
    assert_eq!(
        (&last["data"]["code"], &last["data"]["closing"]),
        (&json!("too-many-messages"), &json!(true))
    );
    assert!(replies[..replies.len() - 1].iter().all(|reply| reply["type"] == "tablecast.pong.v1"));
    assert_eq!(stand_in.closed(), ["a="]);
    assert_eq!(stand_in.items(), [Value::Null; 0]);
}
