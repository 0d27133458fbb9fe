use std::time::Duration;

use serde_json::{Value, json};
use tablecast_protocol::Protocol;
use tablecast_stand_in::{Fault, broken_responses};
use tokio::time::Instant;

use super::shop::{Shop, events, order, reply, result, state, subjects, subscribe_with_state};
use crate::stand_in::StatusCode;

/// A client must not hear that it has everything.
#[tokio::test]
async fn a_broken_response_is_never_a_complete_state() {
    let lacks_capacity = Fault::Body(200, r#"{"Items":[],"Count":0,"ScannedCount":0}"#);
    for fault in broken_responses().into_iter().chain([lacks_capacity]) {
        let shop = Shop::open(Protocol::Single).await;
        shop.orders(2);
        shop.plan_always("orders Query", Some(fault.clone()));
        for subject in ["orders/acme/*", "orders/acme/00001"] {
            let frames = shop.send(subscribe_with_state(&[subject])).await;
            let expected =
                json!({ "subject": subject, "complete": false, "items": 0, "reason": "unavailable" });
            assert_eq!(result(&frames), expected, "{fault:?}");
        }
        assert!(shop.closed().is_empty());
    }
}

#[tokio::test]
async fn a_table_that_fails_at_a_later_page_keeps_what_was_sent() {
    let shop = Shop::open(Protocol::Batch).await.subscribed().await;
    let large = |n: usize| {
        let mut item = order(&format!("{n:05}"), "new", 1);
        item["blob"] = json!({ "S": "x".repeat(390_000) });
        item
    };
    shop.import("orders", (0..9).map(large).collect());
    shop.put("profiles", &json!({ "userId": { "S": "ada" }, "name": { "S": "Ada" } }));
    shop.send(json!({ "action": "subscribe", "subjects": ["profiles/ada"] })).await;
    let denied = Fault::Error(400, "AccessDeniedException");
    shop.plan("orders Query", [Fault::None, denied]);
    let frames = shop.send(state(&["orders/acme/*", "profiles/ada"])).await;
    let results = reply(&frames)["subjects"].clone();
    assert_eq!([&results[0]["reason"], &results[1]["complete"]], [&json!("unavailable"), &json!(true)]);
    let last = subjects(&frames).into_iter().rfind(|subject| subject.starts_with("orders")).unwrap();
    assert_eq!(results[0]["next"], last);
    let mut message = state(&["orders/acme/*"]);
    message["next"] = results[0]["next"].clone();
    let rest = shop.send(message).await;
    assert_eq!(result(&rest)["complete"], true);
    assert_eq!(results[0]["items"].as_u64().unwrap() + result(&rest)["items"].as_u64().unwrap(), 9);
}

#[tokio::test]
async fn a_connection_that_cannot_be_read_ends_no_subject_as_complete() {
    for after_items in [0, 1] {
        let shop = Shop::open(Protocol::Single).await.subscribed().await;
        shop.orders(45);
        let other = shop.clone();
        let first = shop.replies().len();
        let broken = || vec![Fault::Error(400, "AccessDeniedException"); 1000];
        if after_items == 0 {
            // The message reads the connection, then the table, and then the connection again.
            shop.plan("connections Query", [Fault::None].into_iter().chain(broken()));
        }
        shop.at_each_post(move |posted| {
            if after_items == 1 && posted == first {
                other.plan("connections Query", broken());
            }
            Box::pin(async { StatusCode::OK })
        });
        let frames = shop.send(state(&["orders/acme/*"])).await;
        let result = result(&frames);
        assert_eq!([&result["complete"], &result["reason"]], [&json!(false), &json!("unavailable")]);
        assert_eq!(result["items"], 20 * after_items, "{result}");
    }
}

#[tokio::test]
async fn ends_that_cannot_be_read_are_no_state() {
    let shop = Shop::open(Protocol::Single).await.subscribed().await;
    shop.orders(2);
    shop.plan_always("log Query", Some(Fault::Error(400, "AccessDeniedException")));
    let frames = shop.send(state(&["orders/acme/*"])).await;
    assert_eq!((result(&frames)["reason"].clone(), subjects(&frames).len()), (json!("unavailable"), 0));
}

#[tokio::test(start_paused = true)]
async fn ends_that_are_read_too_slowly_are_no_state() {
    let shop = Shop::open_in_process(Protocol::Single).await.subscribed().await;
    shop.orders(2);
    shop.plan("log Query", [Fault::Slow(Duration::from_secs(60))]);
    let start = Instant::now();
    let frames = shop.send(state(&["orders/acme/*"])).await;
    assert_eq!((result(&frames)["reason"].clone(), subjects(&frames).len()), (json!("unavailable"), 0));
    assert!(start.elapsed() < Duration::from_secs(26));
}

#[tokio::test]
async fn pipe_files_that_do_not_compile_are_reported_with_each_state() {
    let shop = Shop::open(Protocol::Single).await;
    let function = shop.subscribe_with(|| Err("pipes/orders.yaml: is broken".to_owned()));
    let frames = shop.send_to(&function, &subscribe_with_state(&["orders/acme/*"]).to_string()).await;
    assert_eq!(frames[0]["type"], "tablecast.subscribed.v1");
    assert_eq!(result(&frames)["reason"], "unavailable");
    assert!(shop.log().contains("pipes/orders.yaml: is broken"));
}

#[tokio::test]
async fn the_pipes_are_compiled_only_for_state_and_once() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static COMPILED: AtomicUsize = AtomicUsize::new(0);
    let shop = Shop::open(Protocol::Single).await;
    let function = shop.subscribe_with(|| {
        COMPILED.fetch_add(1, Ordering::Relaxed);
        super::shop::compiled()
    });
    for (message, compiled) in [
        (json!({ "action": "ping" }), 0),
        (json!({ "action": "subscribe", "subjects": ["orders/acme/*"] }), 0),
        (subscribe_with_state(&["orders/acme/*"]), 1),
        (state(&["orders/acme/*"]), 1),
    ] {
        shop.send_to(&function, &message.to_string()).await;
        assert_eq!(COMPILED.load(Ordering::Relaxed), compiled, "{message}");
    }
}

/// The client could not see which items are missing.
#[tokio::test]
async fn a_client_that_does_not_accept_an_item_is_disconnected() {
    for status in [StatusCode::GONE, StatusCode::TOO_MANY_REQUESTS] {
        let shop = Shop::open(Protocol::Single).await;
        shop.orders(3);
        shop.at_each_post(move |posted| {
            // The acknowledgement, one item, and then the attempts for the second one.
            Box::pin(async move { if posted >= 2 { status } else { StatusCode::OK } })
        });
        let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
        let second: Vec<Value> = events(&frames).split_off(2);
        assert!(second.iter().all(|event| event["subject"] == "orders/acme/00001"), "{status}: {second:?}");
        assert_eq!(shop.closed(), ["a="]);
    }
}

#[tokio::test]
async fn an_item_that_api_gateway_refuses_as_too_large_becomes_a_notice() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(2);
    shop.at_each_post(|posted| {
        let status = if posted == 1 { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::OK };
        Box::pin(async move { status })
    });
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!([&frames[2]["type"], &frames[2]["snapshot"]], ["tablecast.event-too-large.v1", "7"]);
    assert_eq!(result(&frames)["items"], 2);
}

/// Without its acknowledgement, a client would hold back all events.
#[tokio::test]
async fn a_state_does_not_follow_an_acknowledgement_that_was_not_accepted() {
    let shop = Shop::open(Protocol::Single).await;
    shop.orders(2);
    shop.at_each_post(|_| Box::pin(async { StatusCode::GONE }));
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    assert_eq!((frames.len(), shop.closed().len()), (1, 1));
}
