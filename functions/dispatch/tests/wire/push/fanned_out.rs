//! Channels that dispatch does not push: their audience is large, or `fanout` pushes them already.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;
use tablecast_stand_in::StatusCode;

use super::OLD;
use crate::stand_in::{Fault, LIMITS, Limits, StandIn, element_of, source_of};

const LEFT: Duration = Duration::from_secs(60);

const LIMITS_OF_THREE: Limits = Limits { large_audience: 3, ..LIMITS };

/// Four connections of acme, and one of beta.
async fn with_crowd() -> StandIn {
    let stand_in = StandIn::start().await;
    for id in ["a=", "b=", "c=", "d="] {
        stand_in.connect(id, &["orders/acme/*"], OLD).await;
    }
    stand_in.connect("e=", &["orders/beta/*"], OLD).await;
    stand_in
}

fn elements() -> Value {
    json!([element_of("acme", 1), element_of("beta", 2), element_of("acme", 3)])
}

#[tokio::test]
async fn a_large_audience_is_not_pushed_but_covered_before_the_response() {
    let stand_in = with_crowd().await;
    let failures = stand_in.dispatch_with(elements(), LIMITS_OF_THREE, LEFT).await;
    assert_eq!(failures.unwrap(), [""; 0]);
    assert_eq!(stand_in.published(), [["1", "2", "3"]]);
    assert_eq!((stand_in.posts(), stand_in.received("e=")), (1, vec!["2".to_owned()]));
    let run = stand_in.run("acme").await.unwrap();
    assert_eq!((run.started_after, run.needed_to), (0, 2));
    assert_eq!(stand_in.started(), [source_of("acme")]);
    assert_eq!([stand_in.metric("FannedOut"), stand_in.metric("HandedOver")], [1, 0]);
}

#[tokio::test]
async fn as_many_listeners_as_the_limit_are_pushed_to() {
    let stand_in = with_crowd().await;
    let limits = Limits { large_audience: 4, ..LIMITS };
    stand_in.dispatch_with(elements(), limits, LEFT).await.unwrap();
    assert_eq!((stand_in.posts(), stand_in.run("acme").await), (9, None));
}

/// The client of beta gets no answer before a worker for acme is started.
#[tokio::test]
async fn a_large_audience_does_not_wait_for_the_posts_to_others() {
    let stand_in = with_crowd().await;
    let other = stand_in.clone();
    stand_in.at_each_post(move |_| {
        let stand_in = other.clone();
        Box::pin(async move {
            while stand_in.seen().invocations.is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            StatusCode::OK
        })
    });
    stand_in.dispatch_with(elements(), LIMITS_OF_THREE, LEFT).await.unwrap();
    assert_eq!((stand_in.received("e="), stand_in.metric("HandedOver")), (vec!["2".to_owned()], json!(0)));
}

/// A channel that `fanout` pushes, up to its first event.
async fn with_run() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/acme/*", "orders/acme"], OLD).await;
    stand_in.dispatch(json!([element_of("acme", 1)])).await.unwrap();
    let (source, now) = (source_of("acme"), now_in_milliseconds());
    stand_in.connections().cover(&source, 1..=1, None, now).await.unwrap();
    stand_in
}

#[tokio::test]
async fn a_run_that_the_look_up_finds_is_extended_and_its_channel_not_pushed() {
    let stand_in = with_run().await;
    let before = stand_in.run("acme").await.unwrap();
    assert_eq!(stand_in.dispatch(elements_after()).await.unwrap(), [""; 0]);
    let after = stand_in.run("acme").await.unwrap();
    assert_eq!((after.run_id, after.started_after, after.needed_to), (before.run_id, 0, 3));
    assert_eq!(
        (stand_in.received("a="), stand_in.started()),
        (vec!["1".to_owned()], vec![source_of("acme")])
    );
    assert_eq!(stand_in.metric("FannedOut"), 1);
}

/// The operations on the connections table since the last call.
fn operations(stand_in: &StandIn) -> Vec<String> {
    let calls = std::mem::take(&mut stand_in.seen().calls);
    let of_table = calls.into_iter().filter(|(_, body)| body["TableName"] == "connections");
    of_table.map(|(operation, _)| operation).collect()
}

#[tokio::test]
async fn a_channel_that_the_last_batch_left_to_fanout_costs_one_read() {
    let stand_in = with_run().await;
    let dispatch = stand_in.dispatcher(LIMITS);
    stand_in.dispatch_by(&dispatch, elements_after(), LEFT).await.unwrap();
    assert!(operations(&stand_in).contains(&"Query".to_owned()), "a new process knows of no run");
    stand_in.dispatch_by(&dispatch, json!([element_of("acme", 4)]), LEFT).await.unwrap();
    assert_eq!(operations(&stand_in), ["GetItem", "UpdateItem"]);
    assert_eq!(stand_in.run("acme").await.unwrap().needed_to, 4);
}

#[tokio::test]
async fn a_process_that_knows_of_a_run_finds_that_it_has_ended() {
    let stand_in = with_run().await;
    let dispatch = stand_in.dispatcher(LIMITS);
    stand_in.dispatch_by(&dispatch, elements_after(), LEFT).await.unwrap();
    let items = stand_in.items("connections");
    stand_in.remove("connections", items.iter().find(|item| item["sk"]["S"] == "channel").unwrap());
    stand_in.connect("b=", &["orders/beta/*"], OLD).await;
    let both = json!([element_of("acme", 4), element_of("beta", 5)]);
    stand_in.dispatch_by(&dispatch, both, LEFT).await.unwrap();
    assert_eq!(
        (stand_in.received("a="), stand_in.received("b=")),
        (vec!["1".to_owned(), "4".to_owned()], vec!["5".to_owned()])
    );
}

fn elements_after() -> Value {
    json!([element_of("acme", 2), element_of("acme", 3)])
}

/// Its run is in the partition of orders/acme/*, which does not match orders/acme.
#[tokio::test]
async fn a_run_is_found_if_the_subject_is_the_channel_itself() {
    let stand_in = with_run().await;
    let mut element = element_of("acme", 2);
    element["events"][0]["subject"] = "orders/acme".into();
    assert_eq!(stand_in.dispatch(json!([element])).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.run("acme").await.unwrap().needed_to, 2);
    assert_eq!(stand_in.received("a="), ["1"]);
}

#[tokio::test]
async fn no_worker_is_started_while_one_is_at_work() {
    let stand_in = with_run().await;
    let (connections, now) = (stand_in.connections(), now_in_milliseconds());
    let run = stand_in.run("acme").await.unwrap();
    connections.lease(&run, 0, 7, now, now + 60_000).await.unwrap().unwrap();
    stand_in.dispatch(elements_after()).await.unwrap();
    assert_eq!((stand_in.run("acme").await.unwrap().needed_to, stand_in.started().len()), (3, 0));
}

/// Each start alone would be tried again and again.
#[tokio::test]
async fn workers_are_started_together_and_the_batch_waits_for_none_of_them() {
    let stand_in = with_run().await;
    let run = stand_in.run("acme").await.unwrap();
    stand_in.connections().split(&run, 4).await.unwrap().unwrap();
    stand_in.plan_always("Invoke fanout", Some(Fault::Hang));
    assert_eq!(stand_in.dispatch(elements_after()).await.unwrap(), [""; 0]);
    assert_eq!([stand_in.metric("StartFailures"), stand_in.metric("FannedOut")], [4, 1]);
    let invocations = stand_in.seen().invocations.clone();
    let parts: BTreeSet<u64> = invocations.iter().filter_map(|(_, task)| task["part"].as_u64()).collect();
    // A second attempt can begin in the moment in which the time ends.
    assert!(parts.len() == 4 && invocations.len() <= 8, "{invocations:?}");
}

#[tokio::test]
async fn after_a_run_has_ended_the_channel_is_pushed_at_once_again() {
    let stand_in = with_run().await;
    let (connections, now) = (stand_in.connections(), now_in_milliseconds());
    let run = stand_in.run("acme").await.unwrap();
    let run = connections.lease(&run, 0, 7, now, now + 60_000).await.unwrap().unwrap();
    let run = connections.advance(&run, 0, 1, now + 60_000).await.unwrap().unwrap();
    assert!(connections.end_run(&run, 0).await.unwrap());
    stand_in.dispatch(elements_after()).await.unwrap();
    assert_eq!((stand_in.received("a=").len(), stand_in.run("acme").await), (3, None));
}
