//! After a subscription is acknowledged, the client receives the event of every later change.
//!
//! Each of the 40 clients subscribes 20 times, with channels of one, two and three segments.
//! `TABLECAST_CYCLES=200` sets another number.

use std::env;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::pipe_files::{PipeFiles, team_subject};
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;

use crate::MACHINE;

const CLIENTS: usize = 40;
const WRITERS: usize = 8;
/// Number of changes that a client waits for between an acknowledgement and its unsubscribe.
const AWAITED: u64 = 2;
/// Time between two changes of one item. Faster changes would only queue in the stream.
const WRITE_INTERVAL: Duration = Duration::from_millis(100);

/// An item that changes continuously. The change numbers are consecutive.
#[derive(Clone, Default)]
struct Counter {
    started: Arc<AtomicU64>,
    stopped: Arc<AtomicBool>,
}

impl Counter {
    async fn run(self, local: Arc<LocalMode>, user: String) {
        let dynamodb = local.dynamodb();
        while !self.stopped.load(Ordering::SeqCst) {
            let number = 1 + self.started.fetch_add(1, Ordering::SeqCst);
            dynamodb.put("profiles", profile(&user, &number.to_string())).await;
            tokio::time::sleep(WRITE_INTERVAL).await;
        }
    }
}

/// Returns the number of a change, or none for a control event.
fn number(event: &Value) -> Option<u64> {
    let data = &event["data"];
    let name = data["profile"]["displayName"].as_str().or_else(|| data["displayName"].as_str());
    name.map(|name| name.parse().unwrap())
}

/// Sends a message and returns the reply. Skips events of changes that arrive first.
async fn reply(client: &mut Socket, message: Value) -> Value {
    client.send_json(message).await;
    loop {
        let event = client.event().await;
        if number(&event).is_none() {
            return event;
        }
    }
}

/// Subscribes, checks that no later change is lost, and unsubscribes.
async fn cycle(client: &mut Socket, user: &str, counter: &Counter) {
    let subjects = [team_subject(user)];
    let subscribed = reply(client, json!({"action": "subscribe", "subjects": subjects})).await;
    assert_eq!(subscribed["data"]["subjects"][0]["granted"], true, "{subscribed}");
    let started = counter.started.load(Ordering::SeqCst);
    let mut next = started + 1;
    while next <= started + AWAITED {
        // Changes from before the acknowledgement can arrive too.
        let event = client.event().await;
        let number = number(&event).unwrap_or_else(|| panic!("{user} receives {event}"));
        assert!(number <= next, "change {next} of {user} is lost: received {number}");
        next += u64::from(number == next);
    }
    let unsubscribed = reply(client, json!({"action": "unsubscribe", "subjects": subjects})).await;
    assert_eq!(unsubscribed["type"], "tablecast.unsubscribed.v1", "{unsubscribed}");
}

async fn cycles(url: String, client: usize, counter: Counter, count: usize) {
    let mut socket = Socket::connect(&url, &[]).await.unwrap();
    for _ in 0..count {
        cycle(&mut socket, &(client % WRITERS).to_string(), &counter).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_after_an_acknowledgement_with_channels_of_one_segment() {
    no_event_is_lost_after_a_subscription_is_acknowledged(1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_after_an_acknowledgement_with_channels_of_two_segments() {
    no_event_is_lost_after_a_subscription_is_acknowledged(2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_event_is_lost_after_an_acknowledgement_with_channels_of_three_segments() {
    no_event_is_lost_after_a_subscription_is_acknowledged(3).await;
}

async fn no_event_is_lost_after_a_subscription_is_acknowledged(segments: u8) {
    let _shared = MACHINE.read().await;
    let count = env::var("TABLECAST_CYCLES").map_or(20, |count| count.parse().unwrap());
    let pipes = PipeFiles::with_channels(segments);
    let local = Arc::new(LocalMode::start_with(&pipes.arguments()).await);
    let counters: Vec<Counter> = (0..WRITERS).map(|_| Counter::default()).collect();
    let writing: JoinSet<_> =
        (0..WRITERS).map(|n| counters[n].clone().run(local.clone(), n.to_string())).collect();
    let clients = (0..CLIENTS).map(|client| {
        cycles(local.addresses().clients.clone(), client, counters[client % WRITERS].clone(), count)
    });
    clients.collect::<JoinSet<_>>().join_all().await;
    counters.iter().for_each(|counter| counter.stopped.store(true, Ordering::SeqCst));
    writing.join_all().await;
    let changes: u64 = counters.iter().map(|counter| counter.started.load(Ordering::SeqCst)).sum();
    println!("{} subscriptions under {changes} changes", CLIENTS * count);
}
