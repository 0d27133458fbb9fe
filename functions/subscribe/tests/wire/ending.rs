use serde_json::{Value, json};
use tablecast_pipeline::protocol::Protocol;

use crate::stand_in::{StandIn, event, identity, now};

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
