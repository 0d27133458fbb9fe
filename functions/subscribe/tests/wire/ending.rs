use futures_util::future::join_all;
use serde_json::{Value, json};
use tablecast_protocol::Protocol;

use crate::resuming::{KEEP, append_text, event as order, subscribe as resume};
use crate::stand_in::{StandIn, event, event_at, identity, now};

fn ping() -> Value {
    json!({ "action": "ping" })
}

#[tokio::test]
async fn a_message_of_an_expired_connection_is_answered_with_its_end() {
    for message in [ping(), json!({ "action": "subscribe", "subjects": ["orders/acme/*"] }), json!("hello")] {
        let stand_in = StandIn::start().await;
        stand_in.connect_with(Protocol::Batch, Some(identity("ada", "acme", now()))).await;
        let answers = stand_in.say(message).await;
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0][0]["data"]["code"], "expired");
        assert_eq!(answers[0][0]["data"]["closing"], true);
        assert_eq!(stand_in.closed(), ["a="]);
        assert_eq!(stand_in.items(), [Value::Null; 0]);
    }
}

/// The unit tests know the moment.
#[tokio::test]
async fn an_old_connection_is_asked_for_another_after_each_answer() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Batch).await;
    let (subscriber, connected_at) = (stand_in.subscribe(), now() * 1000);
    let say = async |minutes: i64, message: Value| {
        let before = stand_in.answers().len();
        let event = event_at(connected_at + minutes * 60_000, "r1", &message.to_string());
        subscriber.handle(event).await.unwrap();
        stand_in.answers().split_off(before)
    };
    assert_eq!(say(99, ping()).await.len(), 1);
    for message in [ping(), json!({ "action": "subscribe", "subjects": ["orders/acme/*"] }), json!("hello")] {
        let answers = say(116, message).await;
        assert_eq!(answers.len(), 2, "{answers:?}");
        assert_ne!(answers[0][0]["id"], answers[1][0]["id"]);
        assert_eq!(answers[1][0]["type"], "tablecast.reconnect.v1");
        assert_eq!(answers[1][0]["data"].as_object().unwrap().keys().collect::<Vec<_>>(), ["closesAt"]);
    }
    assert!(stand_in.closed().is_empty());
}

#[tokio::test]
async fn a_connection_that_nobody_knows_is_closed() {
    let stand_in = StandIn::start().await;
    assert_eq!(stand_in.say(ping()).await, [Value::Null; 0]);
    assert_eq!(stand_in.closed(), ["a="]);
}

#[tokio::test]
async fn a_flood_is_answered_once_with_its_end() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    let subscriber = stand_in.subscribe();
    for n in 0..100 {
        subscriber.handle(event(&n.to_string(), &ping().to_string())).await.unwrap();
    }
    // As many as came in meanwhile at ten a second are admitted, too.
    let before = stand_in.answers().len();
    assert!(stand_in.closed().is_empty() && before == 100);
    for n in 100..1000 {
        subscriber.handle(event(&n.to_string(), &ping().to_string())).await.unwrap();
    }
    let answers = stand_in.answers();
    let last = answers.last().unwrap();
    assert_eq!(
        (&last["data"]["code"], &last["data"]["closing"]),
        (&json!("too-many-messages"), &json!(true))
    );
    assert!(answers[..answers.len() - 1].iter().all(|answer| answer["type"] == "tablecast.pong.v1"));
    assert_eq!(stand_in.closed(), ["a="]);
    assert_eq!(stand_in.items(), [Value::Null; 0]);
}

/// Even if nothing of it is wanted.
#[tokio::test]
async fn what_is_read_of_a_log_counts_as_messages() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    let logs = stand_in.logs();
    let origin = logs.end("orders", KEEP, now() * 1000).await.unwrap().to_string();
    let mut random = fastrand::Rng::with_seed(7);
    for n in 0..24 {
        let noise: String = (0..240 * 1024).map(|_| random.alphanumeric()).collect();
        append_text(&logs, &n.to_string(), &order(&n.to_string(), "orders/globex/1", &noise)).await;
    }
    let subscriber = stand_in.subscribe();
    let say = async |times: usize, message: &Value| {
        let body = message.to_string();
        let all = (0..times).map(|n| subscriber.handle(event(&n.to_string(), &body)));
        join_all(all).await.into_iter().for_each(Result::unwrap);
    };
    say(12, &resume(&origin)).await;
    assert!(stand_in.closed().is_empty());
    say(70, &ping()).await;
    assert!(stand_in.answers().iter().any(|answer| answer["data"]["code"] == "too-many-messages"));
    assert!(!stand_in.closed().is_empty());
}
