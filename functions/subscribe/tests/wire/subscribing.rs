use serde_json::{Value, json};
use tablecast_config::Access;
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;

use crate::stand_in::{StandIn, event};

fn subscribe(subjects: &[&str]) -> Value {
    json!({ "action": "subscribe", "id": "7", "subjects": subjects })
}

async fn start() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Single).await;
    stand_in
}

#[tokio::test]
async fn an_acknowledgement_is_sent_when_the_subscription_is_found_by_whoever_pushes() {
    let stand_in = start().await;
    let mut answers = stand_in.say(subscribe(&["orders/acme/*", "orders/globex/*"])).await;
    assert_eq!(stand_in.listeners_when_posted(), [1]);
    let sources = answers[0]["data"].as_object_mut().unwrap().remove("sources").unwrap();
    assert!(sources["tablecast/orders"].as_str().unwrap().ends_with("-0"), "{sources}");
    assert_eq!(answers.len(), 1);
    assert_eq!((&answers[0]["type"], &answers[0]["id"]), (&json!("tablecast.subscribed.v1"), &json!("r1")));
    let expected = json!({
        "request": "7",
        "subjects": [
            { "subject": "orders/acme/*", "granted": true },
            { "subject": "orders/globex/*", "granted": false, "reason": "not-granted" },
        ],
    });
    assert_eq!(answers[0]["data"], expected);
    assert_eq!(stand_in.patterns(), ["orders/acme/*"]);
    assert!(stand_in.log().contains("orders/globex/*") && !stand_in.log().contains("\"orders/acme/*"));
}

#[tokio::test]
async fn a_subscription_is_a_look_a_transaction_and_a_look_at_the_log_and_a_refused_one_writes_nothing() {
    let stand_in = start().await;
    let subscriber = stand_in.subscribe();
    // The log begins when somebody first asks for its end.
    stand_in.say(subscribe(&["orders/acme/1"])).await;
    stand_in.calls();
    for (subject, calls) in
        [("orders/acme/*", vec!["Query", "TransactWriteItems", "Query"]), ("orders/*", vec!["Query"])]
    {
        subscriber.handle(event("r1", &subscribe(&[subject]).to_string())).await.unwrap();
        let of_the_stand_in = 1;
        let mut seen = stand_in.calls();
        seen.truncate(seen.len() - of_the_stand_in);
        assert_eq!(seen, calls, "{subject}");
    }
}

/// By DynamoDB's rule: the bytes of names and texts; a number takes a byte for two digits, and one more.
fn size(item: &Value) -> usize {
    let value = |value: &Value| value["S"].as_str().map_or(11, str::len);
    item.as_object().unwrap().iter().map(|(name, attribute)| name.len() + value(attribute)).sum()
}

#[tokio::test]
async fn a_subscription_is_two_small_items() {
    let stand_in = start().await;
    stand_in.say(subscribe(&["orders/acme/*"])).await;
    let items = stand_in.items();
    let sizes: Vec<_> = items.iter().map(|item| (item["pk"]["S"].as_str().unwrap(), size(item))).collect();
    assert_eq!(items.len(), 3);
    // DynamoDB: a write unit is 1 KB, and twice as much in a transaction.
    assert!(sizes.iter().all(|(_, size)| *size < 250), "{sizes:?}");
    println!("{sizes:?}");
}

#[tokio::test]
async fn types_are_kept_with_the_subscription() {
    let stand_in = start().await;
    let message =
        json!({ "action": "subscribe", "subjects": ["orders/acme/*"], "types": ["order.placed.v1"] });
    stand_in.say(message).await;
    let listeners =
        stand_in.connections().subscribers(&Pattern::parse("orders/acme/*").unwrap()).await.unwrap();
    assert_eq!(listeners[0].types.iter().collect::<Vec<_>>(), ["order.placed.v1"]);
}

#[tokio::test]
async fn what_is_unsubscribed_from_is_found_by_nobody() {
    let stand_in = start().await;
    stand_in.say(subscribe(&["orders/acme/*", "orders/acme/1"])).await;
    let message = json!({ "action": "unsubscribe", "subjects": ["orders/acme/*", "orders/acme/2"] });
    let answers = stand_in.say(message).await;
    assert_eq!(stand_in.listeners_when_posted(), [1, 0]);
    assert_eq!(answers[0]["type"], "tablecast.unsubscribed.v1");
    assert_eq!(answers[0]["data"], json!({ "subjects": ["orders/acme/*", "orders/acme/2"] }));
    assert_eq!(stand_in.patterns(), ["orders/acme/1"]);
}

#[tokio::test]
async fn of_a_batch_client_every_answer_is_an_array() {
    let stand_in = StandIn::start().await;
    stand_in.connect(Protocol::Batch).await;
    for (message, answer) in [
        (json!({ "action": "ping", "id": "1" }), "tablecast.pong.v1"),
        (json!({ "action": "shout", "id": "1" }), "tablecast.error.v1"),
        (subscribe(&["orders/acme/*"]), "tablecast.subscribed.v1"),
    ] {
        let answers = stand_in.say(message).await;
        assert_eq!(answers[0][0]["type"], answer);
    }
}

#[tokio::test]
async fn a_message_that_is_none_is_answered_with_what_is_wrong() {
    let stand_in = start().await;
    let subscriber = stand_in.subscribe();
    for (body, code) in [
        ("hello", "bad-message"),
        (r#"{"action":"subscribe"}"#, "bad-message"),
        (r#"{"action":"publish"}"#, "unknown-action"),
        (&format!("{:40000}", ""), "message-too-large"),
    ] {
        let answers = stand_in.say_to(&subscriber, body).await;
        assert_eq!(
            (&answers[0]["type"], &answers[0]["data"]["code"]),
            (&json!("tablecast.error.v1"), &json!(code))
        );
        assert_eq!(answers[0]["data"]["closing"], false);
    }
    assert!(stand_in.closed().is_empty());
}

#[tokio::test]
async fn a_hundred_subscriptions_may_be_made_by_one_message_and_one_more_by_none() {
    let stand_in = start().await;
    let many: Vec<_> = (0..100).map(|n| format!("orders/acme/{n}")).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    stand_in.say(subscribe(&many)).await;
    assert_eq!(stand_in.patterns().len(), 100);
    let answers = stand_in.say(subscribe(&["orders/acme/100"])).await;
    assert_eq!(answers[0]["data"]["subjects"][0]["reason"], "too-many-subscriptions");
    assert_eq!(stand_in.patterns().len(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_come_at_once_all_count_and_exceed_no_limit() {
    let stand_in = start().await;
    let subscriber = stand_in.subscribe();
    let of = |first: usize| {
        let subjects: Vec<_> = (first..first + 30).map(|n| format!("orders/acme/{n}")).collect();
        event(&first.to_string(), &json!({ "action": "subscribe", "subjects": subjects }).to_string())
    };
    let (one, two, three, four) = tokio::join!(
        subscriber.handle(of(0)),
        subscriber.handle(of(30)),
        subscriber.handle(of(60)),
        subscriber.handle(of(90))
    );
    [one, two, three, four].into_iter().for_each(|handled| handled.unwrap());
    let granted: usize = stand_in.answers().iter().map(granted).sum();
    assert_eq!((granted, stand_in.patterns().len()), (100, 100));
}

fn granted(answer: &Value) -> usize {
    answer["data"]["subjects"].as_array().unwrap().iter().filter(|one| one["granted"] == true).count()
}

#[tokio::test]
async fn a_change_that_is_overtaken_is_made_again_and_not_for_ever() {
    let stand_in = start().await;
    stand_in.cancel(3);
    let answers = stand_in.say(subscribe(&["orders/acme/*"])).await;
    assert_eq!(answers[0]["data"]["subjects"][0]["granted"], true);
    stand_in.cancel(1000);
    let answers = stand_in.say(subscribe(&["orders/acme/1"])).await;
    assert_eq!(answers[0]["data"]["code"], "unavailable");
    assert_eq!(stand_in.patterns(), ["orders/acme/*"]);
}

#[tokio::test]
async fn where_no_token_is_needed_everything_may_be_subscribed_to() {
    let stand_in = StandIn::start().await;
    stand_in.connect_with(Protocol::Single, None).await;
    let message = subscribe(&["*"]).to_string();
    let answers = stand_in.say_to(&stand_in.subscribe_with(Access::Open), &message).await;
    assert_eq!(granted(&answers[0]), 1);
    let answers = stand_in.say_to(&stand_in.subscribe(), &message).await;
    assert_eq!(granted(&answers[0]), 0, "a token is needed here");
}
