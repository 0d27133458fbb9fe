use serde_json::{Value, json};
use tablecast_protocol::Protocol;

use super::shop::{
    ACME, Shop, events, order, reply, result, snapshot, state, subjects, subscribe_with_state,
};
use crate::resuming::types;

#[tokio::test]
async fn the_state_of_each_item_follows_the_acknowledgement() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", "new", 1);
    shop.order("2", "paid", 12);
    let position = shop.append_state("1", "new").await.to_string();
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(types(&frames), ["tablecast.subscribed.v1", "order.v1", "order.v1", "tablecast.state.v1"]);
    let mut event = frames[2].clone();
    assert!(event["time"].take().is_string());
    let expected = json!({
        "specversion": "1.0", "id": "r1:1", "source": ACME, "type": "order.v1", "subject": "orders/acme/2", "time": null,
        "datacontenttype": "application/json", "dataschema": "https://shop.example/schemas/order.v1.json",
        "snapshot": "7", "version": format!("{:040}", 12), "data": { "orderId": "2", "status": "paid" },
    });
    assert_eq!(event, expected);
    let expected = json!({
        "request": "7", "subjects": [{ "subject": "orders/acme/*", "complete": true, "items": 2 }],
        "sources": { ACME: position }, "invalid": { "count": 0 },
    });
    assert_eq!(reply(&frames), expected);
    assert_eq!([&frames[0]["id"], &frames[3]["id"]], ["r1", "r1:state"]);
}

#[tokio::test]
async fn a_state_action_has_the_state_and_the_ends_of_the_channels() {
    let shop = Shop::open(Protocol::Single).await.subscribed().await;
    shop.order("1", "new", 1);
    let position = shop.append_state("1", "new").await.to_string();
    let frames = shop.send(state(&["orders/acme/*"])).await;
    assert_eq!(types(&frames), ["order.v1", "tablecast.state.v1"]);
    assert_eq!(frames[0]["snapshot"], "8");
    assert_eq!(reply(&frames)["sources"], json!({ ACME: position }));
}

#[tokio::test]
async fn the_items_of_a_batch_client_share_frames() {
    let shop = Shop::open(Protocol::Batch).await;
    shop.orders(300);
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(snapshot(&frames).len(), 300);
    // An event has about 400 bytes, and a frame 32 KB.
    assert!((5..=8).contains(&frames.len()), "{}", frames.len());
    assert!(frames.iter().all(|frame| frame.to_string().len() <= 32 * 1024));
}

#[tokio::test]
async fn the_items_of_many_subjects_share_frames_and_checks() {
    let shop = Shop::open(Protocol::Batch).await.subscribed().await;
    shop.orders(50);
    let names: Vec<_> = (0..50).map(|n| format!("orders/acme/{n:05}")).collect();
    shop.calls();
    let frames = shop.send(state(&names.iter().map(String::as_str).collect::<Vec<_>>())).await;
    assert_eq!((subjects(&frames), frames.len()), (names, 2));
    let results = reply(&frames)["subjects"].as_array().unwrap().clone();
    assert!(results.iter().all(|one| one["complete"] == true && one["items"] == 1), "{results:?}");
    // Each item; the connection twice, and the end of the channel.
    assert_eq!(shop.calls(), vec!["Query"; 50 + 3]);
}

#[tokio::test]
async fn a_subject_of_one_item_reads_only_that_item() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(5);
    shop.put("profiles", &json!({ "userId": { "S": "ada" }, "name": { "S": "Ada" } }));
    let frames = shop.send(subscribe_with_state(&["profiles/ada", "orders/acme/00003"])).await;
    assert_eq!(subjects(&frames), ["profiles/ada", "orders/acme/00003"]);
    let read: u64 =
        shop.seen().items_read.iter().filter(|(table, _)| table == "orders").map(|(_, count)| count).sum();
    assert_eq!(read, 1);
}

#[tokio::test]
async fn a_subject_without_an_item_is_complete_and_has_none() {
    let shop = Shop::open(Protocol::Single).await;
    for subject in ["orders/acme/1", "orders/acme/*"] {
        let frames = shop.send(subscribe_with_state(&[subject])).await;
        assert_eq!(result(&frames), json!({ "subject": subject, "complete": true, "items": 0 }));
    }
}

#[tokio::test]
async fn an_item_that_cannot_become_state_is_named_and_hides_no_other() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(3);
    let mut broken = order("00001", "", 1);
    broken["status"] = json!({ "N": "7" });
    shop.put("orders", &broken);
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(subjects(&frames), ["orders/acme/00000", "orders/acme/00002"]);
    assert_eq!(result(&frames), json!({ "subject": "orders/acme/*", "complete": true, "items": 2 }));
    assert_eq!(reply(&frames)["invalid"], json!({ "count": 1, "subjects": ["orders/acme/00001"] }));
    let paths = tablecast_stand_in::logs::values("WARN", "path");
    assert_eq!(paths, ["order.v1/status"], "{}", shop.log());
}

#[tokio::test]
async fn invalid_items_are_all_counted_and_the_first_twenty_named_and_logged() {
    let shop = Shop::open(Protocol::Batch).await;
    let broken = |n: usize| json!({ "tenant": { "S": "acme" }, "orderId": { "S": format!("{n:05}") } });
    shop.import("orders", (0..60).map(broken).collect());
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    let invalid = reply(&frames)["invalid"].clone();
    assert_eq!((&invalid["count"], invalid["subjects"].as_array().unwrap().len()), (&json!(60), 20));
    assert_eq!(tablecast_stand_in::logs::values("WARN", "path").len(), 20);
    assert_eq!(result(&frames)["complete"], true);
}

/// Their keys can be personal data.
#[tokio::test]
async fn other_items_of_a_partition_are_neither_sent_nor_named() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(2);
    for (id, kind) in [("00000-user", json!({ "S": "user" })), ("zzz", json!({ "N": "1" }))] {
        let mut other = order(id, "new", 1);
        other["kind"] = kind;
        shop.put("orders", &other);
    }
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(subjects(&frames), ["orders/acme/00000", "orders/acme/00001"]);
    assert_eq!(result(&frames)["items"], 2);
    // The condition has no value for one of them.
    assert_eq!(reply(&frames)["invalid"], json!({ "count": 1 }));
    let text = format!("{frames:?}");
    assert!(!text.contains("zzz") && !text.contains("user"), "{text}");
}

#[tokio::test]
async fn a_key_that_no_subject_can_have_is_counted() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1/2", "new", 1);
    shop.order("3", "new", 1);
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!(subjects(&frames), ["orders/acme/3"]);
    assert_eq!(reply(&frames)["invalid"], json!({ "count": 1 }));
}

#[tokio::test]
async fn an_item_that_is_too_large_for_a_message_becomes_a_notice_of_the_snapshot() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", &"x".repeat(128 * 1024), 7);
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    let notice = &snapshot(&frames)[0];
    assert_eq!([&notice["type"], &notice["snapshot"]], ["tablecast.event-too-large.v1", "7"]);
    assert_eq!([&notice["subject"], &notice["data"]["type"]], ["orders/acme/1", "order.v1"]);
    assert_eq!(notice["version"], format!("{:040}", 7));
    assert_eq!(result(&frames)["items"], 1);
}

#[tokio::test]
async fn only_the_attributes_of_the_expressions_are_requested() {
    let shop = Shop::open(Protocol::Single).await;
    shop.order("1", "new", 1);
    shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    let calls = shop.seen().calls.clone();
    let (_, read) = calls.iter().find(|(_, body)| body["TableName"] == "orders").unwrap();
    let names: Vec<&str> =
        read["ExpressionAttributeNames"].as_object().unwrap().values().filter_map(Value::as_str).collect();
    assert!(names.contains(&"status") && !names.contains(&"secret"), "{names:?}");
    assert_eq!(read["ConsistentRead"], true);
    assert!(!events(&shop.replies()).iter().any(|event| event.to_string().contains("not for clients")));
}

#[tokio::test]
async fn two_tables_can_have_the_state_of_one_pattern() {
    let shop = Shop::open(Protocol::Single).await;
    let item = |id: &str| json!({ "tenant": { "S": "acme" }, "id": { "S": id } });
    shop.put("left", &item("1"));
    shop.put("right", &item("1"));
    shop.put("right", &item("2"));
    let frames = shop.send(subscribe_with_state(&["both/acme/*"])).await;
    assert_eq!(types(&frames[1..4]), ["left.v1", "right.v1", "right.v1"]);
    assert_eq!(result(&frames)["items"], 3);
    // After the item of the left table comes the right one.
    let mut message = state(&["both/acme/*"]);
    for (next, expected) in
        [("left*both/acme/1", vec!["right.v1", "right.v1"]), ("right*both/acme/1", vec!["right.v1"])]
    {
        message["next"] = json!(next);
        let frames = shop.send(message.clone()).await;
        assert_eq!(types(&frames[..frames.len() - 1]), expected, "{next}");
    }
}

/// Another subscription to the pattern, with other types, begins or ends while a client loads the pages.
#[tokio::test]
async fn a_state_continues_after_the_types_of_its_subject_changed() {
    let shop = Shop::open(Protocol::Single).await;
    let item = |id: &str| json!({ "tenant": { "S": "acme" }, "id": { "S": id } });
    for (table, id) in [("left", "1"), ("left", "2"), ("right", "1"), ("right", "2")] {
        shop.put(table, &item(id));
    }
    let mut message = state(&["both/acme/*"]);
    let types_of = [
        // Before, the subscription had `left.v1` only.
        (vec!["left.v1", "right.v1"], "both/acme/1", vec!["left.v1", "right.v1", "right.v1"]),
        // Before, it had both. The state begins again.
        (vec!["left.v1"], "right*both/acme/1", vec!["left.v1", "left.v1"]),
        (vec!["left.v1"], "left*both/acme/1", vec!["left.v1"]),
    ];
    for (wanted, next, expected) in types_of {
        shop.send(json!({ "action": "subscribe", "subjects": ["both/acme/*"], "types": wanted })).await;
        message["next"] = json!(next);
        let frames = shop.send(message.clone()).await;
        assert_eq!(types(&frames[..frames.len() - 1]), expected, "{next}: {frames:?}");
        assert_eq!(result(&frames)["complete"], true);
    }
}
