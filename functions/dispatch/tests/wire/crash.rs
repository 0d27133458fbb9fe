//! A crash between any two requests leaves no hole in a log, and no event with two offsets.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use tablecast_aws::now_in_milliseconds;
use tablecast_event_log::Logs;
use tablecast_protocol::Position;

use crate::stand_in::{Fault, LIMITS, StandIn, element_of, source_of};

const MINUTE: Duration = Duration::from_secs(60);

const TENANTS: [&str; 3] = ["acme", "beta", "gamma"];

/// Two orders of each tenant, in turn.
fn batch(first: usize) -> Value {
    (first..first + 6).map(|n| element_of(TENANTS[n % 3], n)).collect()
}

/// The requests that AWS has received so far.
fn requests(stand_in: &StandIn) -> usize {
    let seen = stand_in.seen();
    seen.calls.len() + seen.posts.len() + seen.invocations.len()
}

/// Dispatches by a process of its own, until AWS has received so many more requests. Returns whether it
/// crashed before it was done.
async fn crash_after(stand_in: &StandIn, elements: Value, more: usize) -> bool {
    let most = requests(stand_in) + more;
    let reached = async {
        while requests(stand_in) < most {
            tokio::task::yield_now().await;
        }
    };
    let dispatch = stand_in.dispatcher(LIMITS);
    tokio::select! {
        () = reached => true,
        _ = stand_in.dispatch_by(&dispatch, elements, MINUTE) => false,
    }
}

/// The position of each event that was published or pushed, by source and id. Checks that no event has two.
fn delivered(stand_in: &StandIn) -> BTreeMap<(String, String), Position> {
    let puts = stand_in.seen().puts();
    let details = puts.iter().flatten().map(|entry| entry["Detail"].as_str().unwrap().to_owned());
    let mut positions = BTreeMap::new();
    for text in details.chain(stand_in.frames("a=")) {
        let event: Value = serde_json::from_str(&text).unwrap();
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        let position: Position = text("position").parse().unwrap();
        let earlier = positions.insert((text("source"), text("id")), position);
        assert!(earlier.is_none_or(|earlier| earlier == position), "{event}");
    }
    positions
}

/// The id and the position of each event in the log of a tenant. Checks that no offset is missing.
async fn logged(stand_in: &StandIn, tenant: &str) -> Vec<(String, Position)> {
    let (logs, source, now) =
        (Logs::new(stand_in.dynamodb(), "log"), source_of(tenant), now_in_milliseconds());
    let origin = Position { offset: 0, ..logs.last_position(&source, now).await.unwrap() };
    let replay = logs.resume(&source, &origin.to_string(), now, 1000, |_| true).await.unwrap();
    let events = replay.events.unwrap();
    let offsets: Vec<_> = events.iter().map(|event| event.position.offset).collect();
    assert_eq!(offsets, (1..=replay.last_position.offset).collect::<Vec<_>>());
    let id = |text: &str| serde_json::from_str::<Value>(text).unwrap()["id"].as_str().unwrap().to_owned();
    events.into_iter().map(|event| (id(&event.text), event.position)).collect()
}

/// The first delivery of each event to the client, by source: ids in order.
fn first_deliveries(stand_in: &StandIn, tenant: &str) -> Vec<String> {
    let (mut known, mut ids) = (BTreeSet::new(), Vec::new());
    for frame in stand_in.frames("a=") {
        let event: Value = serde_json::from_str(&frame).unwrap();
        let id = event["id"].as_str().unwrap().to_owned();
        if event["source"] == source_of(tenant) && known.insert(id.clone()) {
            ids.push(id);
        }
    }
    ids
}

async fn check(stand_in: &StandIn, after: usize) {
    let delivered = delivered(stand_in);
    for (n, tenant) in TENANTS.into_iter().enumerate() {
        let logged = logged(stand_in, tenant).await;
        let ids: Vec<_> = logged.iter().map(|(id, _)| id.clone()).collect();
        let expected: Vec<_> = (0..12).filter(|id| id % 3 == n).map(|id| id.to_string()).collect();
        assert_eq!(ids, expected, "{tenant} after {after} requests");
        assert_eq!(first_deliveries(stand_in, tenant), expected, "{tenant} after {after} requests");
        for (id, position) in logged {
            assert_eq!(delivered[&(source_of(tenant), id)], position, "{tenant} after {after} requests");
        }
    }
}

#[tokio::test]
async fn a_crash_after_any_request_leaves_no_hole_and_no_event_with_two_offsets() {
    let (mut crashes, mut after) = (0, 0);
    loop {
        let stand_in = StandIn::start().await;
        stand_in.connect("a=", &["*"], MINUTE).await;
        let crashed = crash_after(&stand_in, batch(0), after).await;
        // The pipe sends the batch again, also where nothing is missing.
        assert_eq!(stand_in.dispatch(batch(0)).await.unwrap(), [""; 0]);
        assert_eq!(stand_in.dispatch(batch(6)).await.unwrap(), [""; 0]);
        check(&stand_in, after).await;
        if !crashed {
            break;
        }
        (crashes, after) = (crashes + 1, after + 1);
    }
    // Each of three channels has a Query and four writes, and there are six pushes.
    assert!(crashes >= 15 + 6, "{crashes}");
}

/// The client takes no frame, so `fanout` must push all events of all channels.
#[tokio::test]
async fn a_crash_after_any_request_leaves_no_event_that_is_neither_pushed_nor_covered() {
    let (mut crashes, mut after) = (0, 0);
    loop {
        let stand_in = StandIn::start().await;
        stand_in.connect("a=", &["*"], MINUTE).await;
        stand_in.plan_always("a=", Some(Fault::Status(500)));
        let crashed = crash_after(&stand_in, batch(0), after).await;
        assert_eq!(stand_in.dispatch(batch(0)).await.unwrap(), [""; 0]);
        assert_eq!(stand_in.dispatch(batch(6)).await.unwrap(), [""; 0]);
        for tenant in TENANTS {
            let run = stand_in.run(tenant).await.unwrap();
            assert_eq!((run.started_after, run.needed_to), (0, 4), "{tenant} after {after} requests");
        }
        if !crashed {
            break;
        }
        (crashes, after) = (crashes + 1, after + 1);
    }
    // Each of three channels has a Query and four writes, two writes of its run, and an invocation.
    assert!(crashes >= 15 + 9, "{crashes}");
}
