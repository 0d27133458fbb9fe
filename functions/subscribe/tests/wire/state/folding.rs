//! Random changes while a client loads the state, in virtual time. The items that it folds equal the table in the end.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_event_log::NewEvent;
use tablecast_protocol::{Position, Protocol};
use tokio::time::sleep;

use super::shop::{ACME, Shop, order, snapshot, state, subscribe_with_state};
use crate::resuming::KEEP;
use crate::stand_in::now;

const ORDERS: u64 = 12;
const CHANGES: u64 = 40;

type Folded = BTreeMap<String, String>;

/// Changes random orders, and appends each change some time later, in order, as the stream and dispatch do.
async fn change(shop: Shop) {
    let (sender, mut changes) = tokio::sync::mpsc::unbounded_channel::<(String, Option<String>)>();
    let other = shop.clone();
    let append = tokio::spawn(async move {
        while let Some((id, status)) = changes.recv().await {
            sleep(Duration::from_millis(fastrand::u64(0..30))).await;
            append(&other, &id, status.as_deref()).await;
        }
    });
    for n in 0..CHANGES {
        sleep(Duration::from_millis(fastrand::u64(0..20))).await;
        let id = fastrand::u64(0..ORDERS).to_string();
        let is_there = shop.aws_items().contains_key(&id);
        let status = (!is_there || fastrand::bool()).then(|| n.to_string());
        match &status {
            Some(status) => shop.put("orders", &order(&id, status, n)),
            None => shop.remove_order(&id),
        }
        sender.send((id, status)).unwrap();
    }
    drop(sender);
    append.await.unwrap();
}

async fn append(shop: &Shop, id: &str, status: Option<&str>) {
    let (kind, data) = match status {
        Some(status) => ("order.v1", json!({ "orderId": id, "status": status })),
        None => ("order.removed.v1", json!({ "orderId": id })),
    };
    let event_id = fastrand::u64(..).to_string();
    let event = json!({
        "id": event_id, "source": ACME, "type": kind, "subject": format!("orders/acme/{id}"),
        "time": "2026-11-23T05:00:00Z", "data": data,
    });
    let text = event.to_string();
    let entries = [NewEvent { id: &event_id, text: &text }];
    let logs = shop.logs();
    let appended = logs.append("orders", ACME, &entries, KEEP, now() * 1000).await.unwrap();
    logs.record_end(&appended).await.unwrap();
    logs.mark_delivered(appended);
}

/// Loads the state in pages, by messages that fail now and then. Returns the items, and the position of the first one.
async fn load(shop: &Shop) -> (Folded, String) {
    let mut folded = Folded::new();
    let frames = shop.send(subscribe_with_state(&["orders/acme/*"])).await;
    let from = source(&frames);
    add(&mut folded, &frames);
    let mut message = state(&["orders/acme/*"]);
    let mut last = frames;
    loop {
        let result = super::shop::result(&last);
        if result["complete"] == true {
            return (folded, from);
        }
        message["next"] = result["next"].clone();
        if message["next"].is_null() {
            message.as_object_mut().unwrap().remove("next");
        }
        last = shop.send(message.clone()).await;
        add(&mut folded, &last);
    }
}

fn source(frames: &[Value]) -> String {
    super::shop::reply(frames)["sources"][ACME].as_str().unwrap().to_owned()
}

fn add(folded: &mut Folded, frames: &[Value]) {
    for event in snapshot(frames) {
        set(folded, &event);
    }
}

fn set(folded: &mut Folded, event: &Value) {
    let data = &event["data"];
    let id = data["orderId"].as_str().unwrap().to_owned();
    match data["status"].as_str() {
        Some(status) => folded.insert(id, status.to_owned()),
        None => folded.remove(&id),
    };
}

impl Shop {
    /// The status of each order in the table.
    fn aws_items(&self) -> Folded {
        let text = |item: &Value, name: &str| item[name]["S"].as_str().unwrap().to_owned();
        let items = self.table_items("orders");
        items.iter().map(|item| (text(item, "orderId"), text(item, "status"))).collect()
    }
}

/// More runs take minutes: `TABLECAST_RUNS=1000 cargo test -p subscribe --test wire folding`.
fn runs() -> u64 {
    std::env::var("TABLECAST_RUNS").map_or(20, |runs| runs.parse().unwrap())
}

async fn run(seed: u64) {
    fastrand::seed(seed);
    let shop = Shop::open_in_process(Protocol::Batch).await;
    let throttled = tablecast_stand_in::Fault::Error(400, "AccessDeniedException");
    let faults = (0..3).map(|_| match fastrand::u8(0..3) {
        0 => throttled.clone(),
        _ => tablecast_stand_in::Fault::None,
    });
    shop.plan("orders Query", faults.collect::<Vec<_>>());
    append(&shop, "0", Some("old")).await;
    shop.order("0", "old", 0);
    let writer = tokio::spawn(change(shop.clone()));
    sleep(Duration::from_millis(fastrand::u64(0..600))).await;
    let (mut folded, from) = load(&shop).await;
    writer.await.unwrap();
    let from: Position = from.parse().unwrap();
    let replay = shop.logs().resume(ACME, &from.to_string(), now() * 1000, 1000, |_| true).await.unwrap();
    for event in replay.events.unwrap() {
        set(&mut folded, &serde_json::from_str(&event.text).unwrap());
    }
    assert_eq!(folded, shop.aws_items(), "seed {seed}");
}

#[tokio::test(start_paused = true)]
async fn state_and_the_events_after_it_fold_to_the_table_in_random_runs() {
    for seed in 0..runs() {
        run(seed).await;
    }
}
