use std::collections::BTreeSet;

use serde_json::{Value, json};
use tablecast_protocol::Protocol;

use super::shop::{Shop, order, result, state, subjects, subscribe_with_state};

/// Requests the state until it is complete, as a client does. Calls `between` before each further page, with the
/// order after which it begins.
pub async fn all_pages(shop: &Shop, between: impl Fn(&str)) -> Vec<Vec<Value>> {
    let function = shop.subscribe();
    let mut message = state(&["orders/acme/*"]);
    let mut pages = Vec::new();
    loop {
        let frames = shop.send_to(&function, &message.to_string()).await;
        let result = result(&frames);
        assert_eq!(result.get("reason"), None, "{result}");
        pages.push(frames);
        assert!(pages.len() < 100, "the state does not end");
        if result["complete"] == true {
            return pages;
        }
        message["next"] = result["next"].clone();
        between(result["next"].as_str().unwrap().rsplit('/').next().unwrap());
    }
}

/// An item of which a page has about 11. A read returns more of them than a page can send.
fn large(n: usize) -> Value {
    let mut item = order(&format!("{n:05}"), "new", 1);
    item["blob"] = json!({ "S": "x".repeat(390_000) });
    item
}

async fn with_large_orders(count: usize) -> Shop {
    let shop = Shop::open(Protocol::Single).await.subscribed().await;
    shop.import("orders", (0..count).map(large).collect());
    shop
}

fn all_subjects(pages: &[Vec<Value>]) -> Vec<String> {
    pages.iter().flat_map(|page| subjects(page)).collect()
}

/// A slow machine sends fewer in its time.
#[tokio::test]
async fn a_client_of_single_messages_has_at_most_1000_items_in_a_page() {
    let shop = Shop::open(Protocol::Single).await.subscribed().await;
    shop.orders(1500);
    let pages = all_pages(&shop, |_| {}).await;
    for page in &pages {
        assert!(subjects(page).len() <= 1000);
    }
    let last = subjects(&pages[0]).pop().unwrap();
    assert_eq!(result(&pages[0])["next"], last);
    let expected: Vec<_> = (0..1500).map(|n| format!("orders/acme/{n:05}")).collect();
    assert_eq!(all_subjects(&pages), expected);
}

#[tokio::test]
async fn a_page_ends_after_4_mb_of_the_table() {
    let shop = Shop::open(Protocol::Batch).await.subscribed().await;
    shop.import("orders", (0..30).map(large).collect());
    let pages = all_pages(&shop, |_| {}).await;
    assert!((3..=4).contains(&pages.len()), "{}", pages.len());
    assert_eq!(all_subjects(&pages).len(), 30);
    assert!(
        pages.iter().all(|page| page.iter().map(|frame| frame.to_string().len()).sum::<usize>() < 20_000)
    );
}

/// The client keeps the earlier item until its event arrives.
#[tokio::test]
async fn the_item_at_a_page_boundary_can_be_removed() {
    let shop = with_large_orders(15).await;
    let pages = all_pages(&shop, |next| shop.remove_order(next)).await;
    assert!(pages.len() >= 2);
    let expected: Vec<_> = (0..15).map(|n| format!("orders/acme/{n:05}")).collect();
    assert_eq!(all_subjects(&pages), expected);
}

#[tokio::test]
async fn items_before_and_after_a_page_boundary_can_be_created() {
    let shop = with_large_orders(15).await;
    let pages = all_pages(&shop, |next| {
        shop.order("00000-early", "new", 1);
        shop.order(&format!("{next}-late"), "new", 1);
    })
    .await;
    let subjects = all_subjects(&pages);
    assert!(!subjects.contains(&"orders/acme/00000-early".to_owned()), "its event arrives");
    let late = subjects.iter().filter(|subject| subject.ends_with("-late")).count();
    assert_eq!(
        (late, subjects.iter().collect::<BTreeSet<_>>().len()),
        (pages.len() - 1, 15 + pages.len() - 1)
    );
}

#[tokio::test]
async fn the_subjects_after_a_full_page_come_with_the_next_message() {
    let shop = with_large_orders(15).await;
    shop.put("profiles", &json!({ "userId": { "S": "ada" }, "name": { "S": "Ada" } }));
    let frames = shop.send(subscribe_with_state(&["orders/acme/*", "profiles/ada"])).await;
    let results = super::shop::reply(&frames)["subjects"].clone();
    let second = json!({ "subject": "profiles/ada", "complete": false, "items": 0 });
    assert_eq!((&results[0]["complete"], &results[1]), (&json!(false), &second));
    let mut message = state(&["orders/acme/*", "profiles/ada"]);
    message["next"] = json!("orders/acme/00013");
    let frames = shop.send(message).await;
    assert_eq!(subjects(&frames), ["orders/acme/00014", "profiles/ada"]);
    let results = super::shop::reply(&frames)["subjects"].clone();
    assert_eq!([&results[0]["complete"], &results[1]["complete"]], [true, true]);
}

#[tokio::test]
async fn other_items_up_to_16_mb_delay_no_item_of_the_state() {
    for (others, reason) in [(39, None), (45, Some("too-much"))] {
        let shop = Shop::open(Protocol::Batch).await.subscribed().await;
        let other = |n: usize| {
            let mut item = order(&format!("b{n:05}"), "new", 1);
            item["kind"] = json!({ "S": "picture" });
            item["blob"] = json!({ "S": "x".repeat(390_000) });
            item
        };
        shop.order("a", "new", 1);
        shop.import("orders", (0..others).map(other).collect());
        shop.order("c", "new", 1);
        let first = shop.send(state(&["orders/acme/*"])).await;
        assert_eq!(
            (subjects(&first), &result(&first)["next"]),
            (vec!["orders/acme/a".to_owned()], &json!("orders/acme/a"))
        );
        let mut message = state(&["orders/acme/*"]);
        message["next"] = json!("orders/acme/a");
        let second = shop.send(message).await;
        assert_eq!(result(&second).get("reason").and_then(Value::as_str), reason, "{others}");
        assert_eq!(subjects(&second).len(), usize::from(reason.is_none()));
    }
}

#[tokio::test]
async fn only_the_sort_keys_of_the_state_are_read_in_a_table_of_several_kinds() {
    let shop = Shop::open(Protocol::Single).await;
    let item = |sk: String| json!({ "pk": { "S": "acme" }, "sk": { "S": sk } });
    let kinds = ["EVENT", "THING", "USER"];
    shop.import(
        "single",
        kinds.iter().flat_map(|kind| (0..20).map(move |n| item(format!("{kind}#{n:02}")))).collect(),
    );
    let frames = shop.send(subscribe_with_state(&["things/acme/*"])).await;
    assert_eq!((subjects(&frames).len(), &result(&frames)["complete"]), (20, &json!(true)));
    let mut message = state(&["things/acme/*"]);
    message["next"] = json!("things/acme/THING#17");
    let frames = shop.send(message).await;
    assert_eq!(subjects(&frames), ["things/acme/THING#18", "things/acme/THING#19"]);
    let read = std::mem::take(&mut shop.seen().items_read);
    assert_eq!(read.iter().filter(|(table, _)| table == "single").map(|(_, items)| items).sum::<u64>(), 22);
}

#[tokio::test]
async fn numbers_in_keys_keep_their_order_and_continue_after_a_page() {
    let shop = Shop::open(Protocol::Single).await;
    let item = |at: &str| json!({ "device": { "S": "acme" }, "at": { "N": at }, "value": { "S": "x" } });
    shop.import("readings", ["9", "10", "-1", "2.5"].map(item).into());
    let frames = shop.send(subscribe_with_state(&["readings/acme/*"])).await;
    assert_eq!(subjects(&frames), ["-1", "2.5", "9", "10"].map(|at| format!("readings/acme/{at}")));
    let mut message = state(&["readings/acme/*"]);
    message["next"] = json!("readings/acme/2.5");
    assert_eq!(subjects(&shop.send(message).await), ["readings/acme/9", "readings/acme/10"]);
    assert_eq!(subjects(&shop.send(state(&["readings/acme/10"])).await), ["readings/acme/10"]);
}

#[tokio::test]
async fn a_next_of_another_subject_is_a_bad_message() {
    let shop = Shop::open(Protocol::Single).await.subscribed().await;
    shop.orders(2);
    for next in
        ["orders/globex/1", "orders/acme", "profiles/ada", "orders/acme/1/2", "orders*orders/acme/1/2", "x"]
    {
        let mut message = state(&["orders/acme/*"]);
        message["next"] = json!(next);
        let frames = shop.send(message).await;
        assert_eq!(frames[0]["data"]["code"], "bad-message", "{next}: {frames:?}");
        assert_eq!((frames.len(), &frames[0]["data"]["request"]), (1, &json!("8")));
    }
}

/// They have no place to continue, so the message after a page reads them again.
#[tokio::test]
async fn items_without_a_subject_at_the_end_of_a_page_are_counted_once() {
    let shop = with_large_orders(1).await;
    let unknown = |n: usize| {
        let mut item = large(n);
        // The condition has no value.
        item["kind"] = json!({ "N": "1" });
        item
    };
    shop.import("orders", (1..16).map(unknown).collect());
    shop.order("99999", "new", 1);
    let pages = all_pages(&shop, |_| {}).await;
    let counts = pages.iter().map(|page| super::shop::reply(page)["invalid"]["count"].as_u64().unwrap());
    assert_eq!((counts.sum::<u64>(), all_subjects(&pages).len()), (15, 2));
    assert!(pages.len() >= 2);
}
