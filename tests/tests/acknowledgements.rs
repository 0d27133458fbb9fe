//! An acknowledgement is true: of every change that is made after it, the event arrives.
//!
//! `TABLECAST_CYCLES=200` makes it more than 60 for each of the 40 clients.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

const CLIENTS: usize = 40;
const WRITERS: usize = 8;
/// Changes after an acknowledgement that a client waits for, before it unsubscribes.
const AWAITED: u64 = 2;
/// Between two changes of one item: more of them would only wait in the stream.
const PAUSE: Duration = Duration::from_millis(100);

/// An item that is changed all the time; each change is named by the next number.
#[derive(Clone, Default)]
struct Counter {
    begun: Arc<AtomicU64>,
    ended: Arc<AtomicBool>,
}

impl Counter {
    async fn run(self, machine: Arc<Machine>, subject: String) {
        let dynamodb = machine.dynamodb();
        while !self.ended.load(Ordering::SeqCst) {
            let number = 1 + self.begun.fetch_add(1, Ordering::SeqCst);
            dynamodb.put("profiles", profile(&subject, &number.to_string())).await;
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// The number of a change, if the event is of one.
fn number(event: &Value) -> Option<u64> {
    let data = &event["data"];
    let name = data["profile"]["displayName"].as_str().or_else(|| data["displayName"].as_str());
    name.map(|name| name.parse().unwrap())
}

/// The answer, whatever events come before it.
async fn answer(client: &mut Socket, message: Value) -> Value {
    client.say(message).await;
    loop {
        let event = client.event().await;
        if number(&event).is_none() {
            return event;
        }
    }
}

/// Subscribes, and misses nothing that changes from then on.
async fn cycle(client: &mut Socket, subject: &str, counter: &Counter) {
    let subjects = [format!("profiles/{subject}")];
    let subscribed = answer(client, json!({"action": "subscribe", "subjects": subjects})).await;
    assert_eq!(subscribed["data"]["subjects"][0]["granted"], true, "{subscribed}");
    let begun = counter.begun.load(Ordering::SeqCst);
    let mut next = begun + 1;
    while next <= begun + AWAITED {
        // What changed before the acknowledgement may come, or may not.
        let number = number(&client.event().await).unwrap();
        assert!(number <= next, "change {next} of {subject} is lost: {number} came");
        next += u64::from(number == next);
    }
    let unsubscribed = answer(client, json!({"action": "unsubscribe", "subjects": subjects})).await;
    assert_eq!(unsubscribed["type"], "tablecast.unsubscribed.v1", "{unsubscribed}");
}

async fn cycles(url: String, place: usize, counter: Counter, count: usize) {
    let mut client = Socket::connect(&url, &[]).await.unwrap();
    for _ in 0..count {
        cycle(&mut client, &(place % WRITERS).to_string(), &counter).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_after_an_acknowledgement_however_often_clients_subscribe() {
    let count = env::var("TABLECAST_CYCLES").map_or(60, |count| count.parse().unwrap());
    let machine = Arc::new(Machine::start().await);
    let counters: Vec<Counter> = (0..WRITERS).map(|_| Counter::default()).collect();
    let writing: JoinSet<_> =
        (0..WRITERS).map(|n| counters[n].clone().run(machine.clone(), n.to_string())).collect();
    let clients = (0..CLIENTS).map(|place| {
        cycles(machine.addresses().clients.clone(), place, counters[place % WRITERS].clone(), count)
    });
    clients.collect::<JoinSet<_>>().join_all().await;
    counters.iter().for_each(|counter| counter.ended.store(true, Ordering::SeqCst));
    writing.join_all().await;
    let changes: u64 = counters.iter().map(|counter| counter.begun.load(Ordering::SeqCst)).sum();
    println!("{} subscriptions under {changes} changes", CLIENTS * count);
}
