use std::time::Duration;

use serde_json::{Value, json};
use tablecast_protocol::Protocol;
use tablecast_stand_in::Fault;

use super::shop::{ACME, Shop, reply, result, snapshot, state, subjects, subscribe_with_state};
use crate::resuming::types;
use crate::stand_in::{StatusCode, identity, now};

/// Calls `act` when the client receives the first item.
fn at_the_first_item<F: Future<Output = ()> + Send>(
    shop: &Shop,
    act: impl Fn(Shop) -> F + Send + Sync + 'static,
) {
    let (earlier, other) = (shop.replies().len(), shop.clone());
    let act = std::sync::Arc::new(act);
    shop.at_each_post(move |posted| {
        let (other, act) = (other.clone(), act.clone());
        // Behind the acknowledgement.
        let is_item = posted == earlier + 1;
        Box::pin(async move {
            if is_item {
                act(other).await;
            }
            StatusCode::OK
        })
    });
}

fn statuses(frames: &[Value]) -> Vec<String> {
    let status = |event: &Value| {
        let data = &event["data"];
        format!("{} {}", data["orderId"].as_str().unwrap(), data["status"].as_str().unwrap())
    };
    snapshot(frames).iter().map(status).collect()
}

#[tokio::test]
async fn an_item_that_changed_before_the_read_has_its_new_state() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", "new", 1);
    let before = shop.append_state("1", "new").await;
    shop.order("1", "paid", 2);
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(statuses(&frames), ["1 paid"]);
    // Its event is not yet in the log, so that it arrives later.
    assert_eq!(reply(&frames)["sources"][ACME], before.to_string());
}

/// Otherwise an event could be neither in the state nor after it.
#[tokio::test]
async fn the_ends_of_the_channels_are_read_before_the_table() {
    let shop = Shop::open(Protocol::Single).await.subscribed().await;
    shop.order("1", "new", 1);
    shop.seen().calls.clear();
    shop.send(state(&["orders/acme/*"])).await;
    let calls = shop.seen().calls.clone();
    let tables: Vec<_> = calls.iter().map(|(_, body)| body["TableName"].as_str().unwrap()).collect();
    assert_eq!(tables, ["connections", "log", "orders", "connections"]);
}

#[tokio::test]
async fn an_item_that_changes_while_its_page_is_sent_arrives_as_an_event() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", "new", 1);
    shop.order("2", "new", 1);
    at_the_first_item(&shop, |shop| async move {
        shop.order("2", "paid", 2);
        shop.append_state("2", "paid").await;
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(statuses(&frames), ["1 new", "2 new"]);
    let end = shop.logs().last_position(ACME, now() * 1000).await.unwrap();
    let source = reply(&frames)["sources"][ACME].as_str().unwrap().to_owned();
    assert_ne!(source, end.to_string(), "the event is after the state");
}

#[tokio::test]
async fn an_item_that_is_removed_and_created_again_meanwhile_is_there_once() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", "new", 1);
    shop.order("2", "new", 1);
    at_the_first_item(&shop, |shop| async move {
        shop.remove_order("1");
        shop.order("1", "again", 1);
        shop.append_state("1", "again").await;
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(statuses(&frames), ["1 new", "2 new"]);
    let frames = shop.send(state(&["orders/acme/*"])).await;
    assert_eq!(statuses(&frames), ["1 again", "2 new"]);
}

#[tokio::test]
async fn a_subscribe_can_resume_and_request_the_state() {
    let shop = Shop::open(Protocol::Single).await;
    let before = shop.append_state("1", "new").await;
    shop.append_state("1", "paid").await;
    shop.order("1", "paid", 2);
    let mut message = subscribe_with_state(&["orders/acme/*"]);
    message["after"] = json!({ ACME: before.to_string() });
    let frames = shop.send(message).await;
    let expected =
        ["tablecast.resumed.v1", "order.v1", "tablecast.subscribed.v1", "order.v1", "tablecast.state.v1"];
    assert_eq!(types(&frames), expected);
    assert_eq!((frames[1].get("snapshot"), &frames[3]["snapshot"]), (None, &json!("7")));
}

#[tokio::test]
async fn a_resume_that_runs_meanwhile_does_not_disturb_a_state() {
    let shop = Shop::open(Protocol::Single).await;
    let before = shop.append_state("1", "new").await.to_string();
    shop.append_state("1", "paid").await;
    for n in 0..30 {
        shop.order(&n.to_string(), "new", 1);
    }
    at_the_first_item(&shop, move |shop| {
        let resume = json!({
            "action": "subscribe", "subjects": ["orders/acme/*"], "id": "9", "after": { ACME: before },
        });
        async move { shop.also(&resume).await }
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(result(&frames), json!({ "subject": "orders/acme/*", "complete": true, "items": 30 }));
    assert_eq!(snapshot(&frames).len(), 30);
    let of_resume = frames.iter().filter(|frame| frame["data"]["request"] == "9").count();
    assert_eq!(of_resume, 2, "the announcement and the acknowledgement");
}

#[tokio::test]
async fn an_unsubscribe_soon_ends_a_state() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(45);
    at_the_first_item(&shop, |shop| async move {
        shop.also(&json!({ "action": "unsubscribe", "subjects": ["orders/acme/*"] })).await;
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    let expected =
        json!({ "subject": "orders/acme/*", "complete": false, "items": 20, "reason": "not-granted" });
    assert_eq!(result(&frames), expected, "what is sent under one look at the connection");
    assert_eq!(subjects(&frames).len(), 20);
}

fn refresh(tenant: &str, expires_at: i64) -> Value {
    let token = serde_json::to_string(&identity("ada", tenant, expires_at)).unwrap();
    json!({ "action": "refresh", "token": token })
}

#[tokio::test]
async fn a_new_token_that_grants_less_soon_ends_a_state() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(45);
    at_the_first_item(&shop, |shop| async move { shop.also(&refresh("globex", now() + 3600)).await });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    let expected =
        json!({ "subject": "orders/acme/*", "complete": false, "items": 20, "reason": "not-granted" });
    assert_eq!(result(&frames), expected);
}

#[tokio::test]
async fn a_state_ends_when_the_token_expires() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(45);
    at_the_first_item(&shop, |shop| async move {
        shop.connect_with(Protocol::Single, Some(identity("ada", "acme", now() - 1))).await;
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(subjects(&frames).len(), 20, "what is sent under one look at the connection");
    assert_eq!(frames.last().unwrap()["data"]["code"], "expired");
    assert_eq!(shop.closed(), ["a="]);
}

#[tokio::test]
async fn a_new_token_in_time_continues_a_state() {
    let shop = Shop::open_with(Protocol::Single, identity("ada", "acme", now() + 4)).await;
    shop.orders(4);
    let other = shop.clone();
    shop.at_each_post(move |posted| {
        let other = other.clone();
        Box::pin(async move {
            if posted == 1 {
                other.also(&refresh("acme", now() + 3600)).await;
            }
            // Each post takes less than its time limit, and all together more than the first token lasts.
            let pause = if [1, 3].contains(&posted) { 2_500 } else { 0 };
            tokio::time::sleep(Duration::from_millis(pause)).await;
            StatusCode::OK
        })
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!((subjects(&frames).len(), &result(&frames)["complete"]), (4, &json!(true)));
}

#[tokio::test]
async fn a_connection_that_ends_meanwhile_receives_no_more_of_a_state() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(45);
    at_the_first_item(&shop, |shop| async move {
        let session = shop.connections().find("a=").await.unwrap().unwrap();
        shop.connections().delete("a=", session.connection.connected_at).await.unwrap();
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!((subjects(&frames).len(), frames.len()), (20, 21));
    assert_eq!(shop.closed(), ["a="]);
}

/// The table's partition can be slow for a while.
#[tokio::test]
async fn a_throttled_table_delays_the_state() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(2);
    let throttled = Fault::Error(400, "ProvisionedThroughputExceededException");
    shop.plan("orders Query", vec![throttled.clone(); 2]);
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(result(&frames)["complete"], true);
    shop.plan("orders Query", vec![throttled; 3]);
    let frames = shop.send(state(&["orders/acme/*"])).await;
    let expected =
        json!({ "subject": "orders/acme/*", "complete": false, "items": 0, "reason": "unavailable" });
    assert_eq!(result(&frames), expected);
    assert_eq!(result(&shop.send(state(&["orders/acme/*"])).await)["items"], 2);
}
