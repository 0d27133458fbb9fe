//! Clients that connect and leave at once, while their own subject changes all the time, delay nobody else.
//!
//! The test checks that another tenant receives every event, in order. `TABLECAST_EVENTS=100` sets the number
//! of events in each of the nine phases, and `--nocapture` shows the latencies. Connecting alone takes time of
//! the CPU, so some clients leave a subject that nobody changes.

use std::env;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tablecast_tests::items::order_of;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::socket::Socket;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

const PHASES: usize = 9;
/// The load meanwhile, in turn: five clients a second connect to this subject and leave.
const LEAVING: [(&str, Option<&str>); 3] = [
    ("nobody leaves", None),
    ("5 a second leave a subject without changes", Some("orders/quiet/*")),
    ("5 a second leave a subject that changes", Some("orders/noise/*")),
];
/// The intervals are load, not waits for results.
const LEAVE_INTERVAL: Duration = Duration::from_millis(200);
const NOISE_INTERVAL: Duration = Duration::from_millis(20);
const WRITE_INTERVAL: Duration = Duration::from_millis(50);

/// Changes an order of the tenant `noise`, so that almost every batch has an event for the leaving clients.
async fn change(local: Arc<LocalMode>) {
    let mut ticks = interval(NOISE_INTERVAL);
    for version in 0.. {
        ticks.tick().await;
        let status = if version % 2 == 0 { "PLACED" } else { "PAID" };
        local.dynamodb().put("orders", order_of("noise", "1", status)).await;
    }
}

async fn connect_and_leave(local: Arc<LocalMode>, pattern: &'static str) {
    let mut ticks = interval(LEAVE_INTERVAL);
    loop {
        ticks.tick().await;
        drop(local.subscribe(&[pattern]).await);
    }
}

/// Writes orders, and adds how long each event took, in milliseconds.
async fn measure(local: &LocalMode, client: &mut Socket, phase: usize, events: usize, found: &mut Vec<f64>) {
    for number in 0..events {
        sleep(WRITE_INTERVAL).await;
        let id = format!("{phase}-{number}");
        let start = Instant::now();
        local.dynamodb().put("orders", order_of("acme", &id, "PLACED")).await;
        let event: Value = client.event().await;
        assert_eq!(event["subject"], format!("orders/acme/{id}"));
        found.push(start.elapsed().as_secs_f64() * 1000.0);
    }
}

/// The value that this share of the sorted values does not exceed.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    sorted[(sorted.len() * percent).div_ceil(100).max(1) - 1]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_receive_every_event_while_clients_connect_and_leave() {
    let events: usize = env::var("TABLECAST_EVENTS").map_or(10, |events| events.parse().unwrap());
    let local = Arc::new(LocalMode::start().await);
    let mut client = local.subscribe(&["orders/acme/*"]).await;
    let mut changing = JoinSet::new();
    changing.spawn(change(Arc::clone(&local)));
    measure(&local, &mut client, PHASES, 10, &mut Vec::new()).await;
    let mut latencies = [const { Vec::new() }; LEAVING.len()];
    for phase in 0..PHASES {
        let (kind, mut leaving) = (phase % LEAVING.len(), JoinSet::new());
        if let Some(pattern) = LEAVING[kind].1 {
            leaving.spawn(connect_and_leave(Arc::clone(&local), pattern));
        }
        measure(&local, &mut client, phase, events, &mut latencies[kind]).await;
    }
    for ((name, _), mut found) in LEAVING.into_iter().zip(latencies) {
        found.sort_by(f64::total_cmp);
        let [p50, p99] = [50, 99].map(|percent| percentile(&found, percent));
        println!("{name}: p50 {p50:.0} ms, p99 {p99:.0} ms, of {} events", found.len());
    }
    assert_eq!(local.dead_letters(), "");
}
