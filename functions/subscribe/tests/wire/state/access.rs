use serde_json::{Value, json};
use tablecast_protocol::Protocol;

use super::shop::{Shop, reply, state, subjects, subscribe_with_state};

fn reasons(frames: &[Value]) -> Vec<Value> {
    reply(frames)["subjects"].as_array().unwrap().iter().map(|one| one["reason"].clone()).collect()
}

#[tokio::test]
async fn only_granted_subjects_of_a_subscribe_have_state() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", "new", 1);
    let frames = shop.send(subscribe_with_state(&["orders/globex/*", "orders/acme/*", "orders/a*b"])).await;
    let listed = reply(&frames)["subjects"].clone();
    assert_eq!(listed, json!([{ "subject": "orders/acme/*", "complete": true, "items": 1 }]));
    let none = shop.send(subscribe_with_state(&["orders/globex/*"])).await;
    assert_eq!(reply(&none)["subjects"], json!([]));
}

#[tokio::test]
async fn a_state_without_a_subscription_is_not_granted() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", "new", 1);
    let asked = ["orders/acme/*", "orders/globex/*", "a*b", "profiles/ada"];
    assert_eq!(reasons(&shop.send(state(&asked)).await), ["not-granted"; 4]);
    let shop = shop.subscribed().await;
    let frames = shop.send(state(&asked)).await;
    assert_eq!(
        reasons(&frames),
        [Value::Null, json!("not-granted"), json!("not-granted"), json!("not-granted")]
    );
}

#[tokio::test]
async fn a_wider_subscription_has_the_state_of_its_subjects() {
    let shop = Shop::open(Protocol::Single).await.subscribed().await;
    shop.order("1", "new", 1);
    shop.order("2", "new", 1);
    assert_eq!(subjects(&shop.send(state(&["orders/acme/2"])).await), ["orders/acme/2"]);
}

#[tokio::test]
async fn a_subscription_whose_types_exclude_the_state_has_none() {
    for (types, expected) in
        [(json!(["order.placed.v1"]), json!("no-state")), (json!(["order.v1", "a.v1"]), Value::Null)]
    {
        let shop = Shop::open(Protocol::Single).await;
        shop.order("1", "new", 1);
        let mut message = subscribe_with_state(&["orders/acme/*"]);
        message["types"] = types;
        assert_eq!(reasons(&shop.send(message).await), [expected]);
    }
}

#[tokio::test]
async fn a_state_has_only_the_types_of_its_message() {
    let shop = Shop::open(Protocol::Single).await;
    for table in ["left", "right"] {
        shop.put(table, &json!({ "tenant": { "S": "acme" }, "id": { "S": table } }));
    }
    shop.send(json!({ "action": "subscribe", "subjects": ["both/acme/*"] })).await;
    for (types, items, reason) in [
        (json!([]), vec!["both/acme/left", "both/acme/right"], Value::Null),
        (json!(["left.v1"]), vec!["both/acme/left"], Value::Null),
        (json!(["right.v1", "order.placed.v1"]), vec!["both/acme/right"], Value::Null),
        (json!(["order.placed.v1"]), vec![], json!("no-state")),
    ] {
        for mut message in
            [state(&["both/acme/*"]), subscribe_with_state(&["both/acme/left", "both/acme/right"])]
        {
            message["types"] = types.clone();
            let frames = shop.send(message).await;
            assert_eq!(subjects(&frames), items, "{types}");
            assert!(reasons(&frames).contains(&reason), "{types}");
        }
    }
}

#[tokio::test]
async fn a_pattern_without_state_or_partition_key_has_a_reason() {
    let shop =
        Shop::open_with(Protocol::Single, crate::stand_in::identity("*", "*", crate::stand_in::now() + 60))
            .await;
    let open = shop.open_to_all();
    shop.order("1", "new", 1);
    let asked = ["orders/*", "*", "orders/acme/1/lines", "invoices/acme/*", "orders/acme/*"];
    let frames = shop.send_to(&open, &subscribe_with_state(&asked).to_string()).await;
    let expected =
        [json!("needs-scan"), json!("needs-scan"), json!("no-state"), json!("no-state"), Value::Null];
    assert_eq!(reasons(&frames), expected);
    assert_eq!(subjects(&frames), ["orders/acme/1"]);
}
