use serde_json::json;
use tablecast_protocol::Protocol;

use super::shop::{Shop, order, result, state, subjects};
use crate::stand_in::{identity, now};

/// Leaves nothing in a bucket.
fn empty(shop: &Shop, name: &str) {
    let full_at = (now() + 96) * 1000;
    let item = json!({
        "pk": { "S": format!("quota#{name}") }, "sk": { "S": "quota" }, "full_at": { "N": full_at.to_string() },
    });
    shop.import("connections", vec![item]);
}

/// A partition of about this many MB.
async fn with_megabytes(count: usize) -> Shop {
    filled(Shop::open(Protocol::Batch).await, count).await
}

async fn filled(shop: Shop, count: usize) -> Shop {
    let shop = shop.subscribed().await;
    let item = |n: usize| {
        let mut item = order(&format!("{n:05}"), "new", 1);
        item["blob"] = json!({ "S": "x".repeat(100_000) });
        item
    };
    shop.import("orders", (0..count * 10).map(item).collect());
    shop
}

#[tokio::test]
async fn a_principal_over_its_quota_gets_a_part_and_the_rest_later() {
    let shop = with_megabytes(3).await;
    empty(&shop, "principal#ada");
    let function = shop.subscribe();
    let frames = shop.send_to(&function, &state(&["orders/acme/*"]).to_string()).await;
    let first = result(&frames);
    assert_eq!([&first["complete"], &first["reason"]], [&json!(false), &json!("quota-exceeded")]);
    assert!((1..=11).contains(&subjects(&frames).len()));
    // The process knows of it now, and reads nothing.
    let frames = shop.send_to(&function, &state(&["orders/acme/*"]).to_string()).await;
    assert_eq!(
        (&result(&frames)["items"], &result(&frames)["reason"]),
        (&json!(0), &json!("quota-exceeded"))
    );
    let clients = tablecast_stand_in::logs::values("WARN", "client");
    assert_eq!(clients, ["principal#fdee430d40bd57de", "principal#fdee430d40bd57de"]);
    let quotas = shop.items().into_iter().filter(|item| item["sk"]["S"] == "quota");
    quotas.for_each(|item| shop.remove("connections", &item));
    let mut message = state(&["orders/acme/*"]);
    message["next"] = first["next"].clone();
    let rest = shop.send(message).await;
    assert_eq!(result(&rest)["complete"], true);
    assert_eq!(first["items"].as_u64().unwrap() + result(&rest)["items"].as_u64().unwrap(), 30);
}

#[tokio::test]
async fn no_log_line_has_the_principal_that_reads_too_much_state() {
    let marker = "auth0|marker-4711";
    let shop = Shop::open_with(Protocol::Batch, identity(marker, "acme", now() + 3600)).await;
    let shop = filled(shop, 3).await;
    empty(&shop, &format!("principal#{marker}"));
    let frames = shop.send(state(&["orders/acme/*"])).await;
    assert_eq!(result(&frames)["reason"], "quota-exceeded");
    let log = tablecast_stand_in::logs::text();
    assert!(log.contains("a quota of its client") && !log.contains("marker-4711"), "{log}");
}

#[tokio::test]
async fn a_partition_over_its_quota_still_serves_small_collections() {
    let shop = with_megabytes(3).await;
    empty(&shop, "partition#orders/acme");
    let frames = shop.send(state(&["orders/acme/*"])).await;
    assert_eq!(result(&frames)["reason"], "quota-exceeded");
    let frames = shop.send(state(&["orders/acme/00001", "orders/acme/00002"])).await;
    assert_eq!(subjects(&frames), ["orders/acme/00001", "orders/acme/00002"]);
}

#[tokio::test]
async fn the_bytes_of_a_table_count_as_messages_and_never_end_the_connection() {
    let shop = with_megabytes(3).await;
    let function = shop.subscribe_at_one_time();
    let body = state(&["orders/acme/*"]).to_string();
    let mut complete = 0;
    let last = loop {
        let frames = shop.send_to(&function, &body).await;
        match result(&frames).get("reason") {
            None => complete += 1,
            Some(reason) => break reason.clone(),
        }
    };
    // 3 MB count as 6 messages, and a message as one: the clock of this test stands still.
    assert!((12..=15).contains(&complete), "{complete}");
    assert_eq!((last, shop.closed().len()), (json!("quota-exceeded"), 0));
}

#[tokio::test]
async fn the_metrics_count_items_units_and_refusals() {
    let shop = with_megabytes(1).await;
    shop.put("orders", &json!({ "tenant": { "S": "acme" }, "orderId": { "S": "broken" } }));
    let function = shop.subscribe();
    shop.send_to(&function, &state(&["orders/acme/*", "orders/globex/*"]).to_string()).await;
    let metrics = function.take_metrics(std::time::Duration::from_millis(7)).unwrap();
    let line = metrics.line("tablecast", &Default::default(), std::time::SystemTime::now());
    assert_eq!([&line["StateItems"], &line["StateInvalid"], &line["StateRefused"]], [10, 1, 1]);
    assert!((240..=260).contains(&line["StateReadUnits"].as_u64().unwrap()), "{line}");
    assert!((3_000..=6_000).contains(&line["StateBytes"].as_u64().unwrap()), "{line}");
}
