use std::time::Duration;

use serde_json::{Value, json};
use tablecast_aws::RetryPolicy;
use tablecast_protocol::with_position;

use crate::stand_in::{Fault, LIMITS, Limits, StandIn, element, element_with};

fn batch(size: usize) -> Value {
    (1..=size).map(|n| element(n, "orders/1")).collect()
}

/// Returns the ids of each request to the bus, and the eventIDs of the records to retry.
async fn dispatch(size: usize, faults: impl IntoIterator<Item = Fault>) -> (Vec<Vec<String>>, Vec<String>) {
    let stand_in = StandIn::start().await;
    stand_in.plan("PutEvents", faults);
    let failures = stand_in.dispatch(batch(size)).await.unwrap();
    assert!(stand_in.all_faults_fired());
    (stand_in.published(), failures)
}

fn nothing() -> Vec<String> {
    Vec::new()
}

#[tokio::test]
async fn the_bus_receives_the_whole_event_under_the_pipes_name() {
    let stand_in = StandIn::start().await;
    stand_in.dispatch(batch(1)).await.unwrap();
    let entry = stand_in.seen().puts()[0][0].clone();
    let detail = entry["Detail"].as_str().unwrap();
    let position = serde_json::from_str::<Value>(detail).unwrap()["position"].as_str().unwrap().to_owned();
    let text = element(1, "orders/1")["events"][0].to_string();
    let expected = json!({
        "EventBusName": "tablecast", "Source": "tablecast.orders", "DetailType": "order.placed.v1",
        "Time": 1_795_410_000, "Detail": with_position(&text, position.parse().unwrap()),
    });
    assert_eq!(entry, expected);
}

#[tokio::test]
async fn events_of_a_pipe_without_the_bus_are_for_clients_only() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/1"], Duration::from_secs(60)).await;
    let mut elements = [element(1, "orders/1"), element(2, "orders/1")];
    elements[0]["bus"] = json!(false);
    stand_in.dispatch(json!(elements)).await.unwrap();
    assert_eq!(stand_in.published(), [["2"]]);
    assert_eq!(stand_in.received("a=").len(), 2);
}

#[tokio::test]
async fn a_request_has_at_most_ten_events() {
    let lengths = |offered: Vec<Vec<String>>| offered.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(lengths(dispatch(11, []).await.0), [10, 1]);
    assert_eq!(lengths(dispatch(10, []).await.0), [10]);
    assert_eq!(lengths(dispatch(0, []).await.0), [0; 0]);
}

#[tokio::test]
async fn only_failed_entries_are_sent_again() {
    let codes = vec![None, Some("ThrottlingException"), None, Some("InternalFailure")];
    let (offered, failures) = dispatch(4, [Fault::Entries(codes)]).await;
    assert_eq!(offered, [vec!["1", "2", "3", "4"], vec!["2", "4"]]);
    assert_eq!(failures, nothing());
}

#[tokio::test]
async fn the_pipe_retries_events_that_still_fail() {
    let rounds = 1 + LIMITS.bus.retries as usize;
    let mut faults = vec![Fault::Entries(vec![None, Some("InternalFailure")])];
    faults.resize(rounds, Fault::Entries(vec![Some("InternalFailure")]));
    let (offered, failures) = dispatch(2, faults).await;
    assert_eq!(offered.len(), rounds);
    assert_eq!(failures, ["e2"]);
}

#[tokio::test]
async fn an_event_that_the_bus_rejects_is_not_sent_again() {
    let (offered, failures) = dispatch(2, [Fault::Entries(vec![Some("MalformedDetail"), None])]).await;
    assert_eq!(offered.len(), 1);
    assert_eq!(failures, ["e1"]);
}

#[tokio::test]
async fn a_request_with_too_few_results_is_sent_again() {
    let (offered, failures) = dispatch(2, [Fault::Entries(vec![None])]).await;
    assert_eq!(offered, [vec!["1", "2"], vec!["1", "2"]]);
    assert_eq!(failures, nothing());
}

#[tokio::test]
async fn a_request_that_fails_or_hangs_is_sent_again() {
    let throttled = Fault::Error(400, "ThrottlingException");
    for fault in [Fault::Status(500), Fault::Status(429), throttled, Fault::Hang] {
        let (offered, failures) = dispatch(2, [fault]).await;
        assert_eq!(offered, [vec!["1", "2"], vec!["1", "2"]]);
        assert_eq!(failures, nothing());
    }
}

#[tokio::test]
async fn a_forbidden_request_is_not_sent_again() {
    let (offered, failures) = dispatch(2, [Fault::Error(400, "AccessDeniedException")]).await;
    assert_eq!(offered.len(), 1);
    assert_eq!(failures, ["e1", "e2"]);
}

/// EventBridge accepts the events of a bus that does not exist, and drops them.
#[tokio::test]
async fn the_pipe_retries_events_until_the_bus_exists() {
    let stand_in = StandIn::start().await;
    let dispatch = stand_in.dispatcher(LIMITS);
    let missing = Fault::Error(400, "ResourceNotFoundException");
    stand_in.plan("DescribeEventBus", [missing.clone(), missing]);
    let mut failures = Vec::new();
    for _ in 0..3 {
        failures.push(stand_in.dispatch_by(&dispatch, batch(2), Duration::from_secs(60)).await.unwrap());
    }
    assert_eq!(failures, [vec!["e1", "e2"], vec!["e1", "e2"], vec![]]);
}

#[tokio::test(start_paused = true)]
async fn the_bus_is_checked_once_in_a_minute() {
    let stand_in = StandIn::in_process();
    let dispatch = stand_in.dispatcher(LIMITS);
    let mut checks = Vec::new();
    for wait in [0, 59, 2] {
        tokio::time::sleep(Duration::from_secs(wait)).await;
        stand_in.dispatch_by(&dispatch, batch(1), Duration::from_secs(60)).await.unwrap();
        checks.push(stand_in.seen().operations().iter().filter(|name| *name == "DescribeEventBus").count());
    }
    assert_eq!(checks, [1, 1, 2]);
}

#[tokio::test]
async fn a_bus_that_cannot_be_checked_is_used() {
    for fault in
        [Fault::Error(400, "AccessDeniedException"), Fault::Status(500), Fault::Hang, Fault::Body(200, "")]
    {
        let stand_in = StandIn::start().await;
        stand_in.plan("DescribeEventBus", [fault]);
        assert_eq!(stand_in.dispatch(batch(1)).await.unwrap(), nothing());
        assert!(stand_in.all_faults_fired());
    }
}

#[tokio::test]
async fn an_event_too_large_for_the_bus_fails_alone() {
    let stand_in = StandIn::start().await;
    let large = element_with(2, "orders/1", &"x".repeat(1024 * 1024));
    let elements = json!([element(1, "orders/1"), large, element(3, "orders/1")]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), ["e2"]);
    assert_eq!(stand_in.published(), [["1", "3"]]);
}

#[tokio::test]
async fn events_that_are_not_published_in_time_are_retried_and_rejections_are_stored() {
    let stand_in = StandIn::start().await;
    let rejected =
        json!({"eventID": "e3", "pipe": "orders", "rejected": {"path": "p", "reason": "odd", "record": {}}});
    let mut elements = batch(2);
    elements.as_array_mut().unwrap().push(rejected);
    stand_in.plan("PutEvents", vec![Fault::Hang; 1 + LIMITS.bus.retries as usize]);
    // Too short for all attempts.
    let attempt_timeout = Duration::from_secs(2);
    let limits = Limits { bus: RetryPolicy { attempt_timeout, ..LIMITS.bus }, ..LIMITS };
    let failures = stand_in.dispatch_with(elements, limits, 2 * attempt_timeout).await.unwrap();
    assert_eq!(failures, ["e1", "e2"]);
    assert_eq!(stand_in.items("rejected").len(), 1);
    let rounds = stand_in.published().len();
    assert!((1..(1 + LIMITS.bus.retries as usize)).contains(&rounds), "{rounds}");
}

/// The positions in a list of events.
fn positions<'e>(events: impl IntoIterator<Item = &'e str>) -> Vec<String> {
    let position =
        |event: &str| serde_json::from_str::<Value>(event).unwrap()["position"].as_str().unwrap().to_owned();
    events.into_iter().map(position).collect()
}

#[tokio::test]
async fn an_outage_of_the_bus_repeats_nothing_at_clients_and_in_the_log() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/1"], Duration::from_secs(60)).await;
    let dispatch = stand_in.dispatcher(LIMITS);
    let left = Duration::from_secs(60);
    stand_in.plan_always("PutEvents", Some(Fault::Error(400, "AccessDeniedException")));
    assert_eq!(stand_in.dispatch_by(&dispatch, batch(2), left).await.unwrap(), ["e1", "e2"]);
    stand_in.seen().calls.clear();
    for _ in 0..5 {
        assert_eq!(stand_in.dispatch_by(&dispatch, batch(2), left).await.unwrap(), ["e1", "e2"]);
    }
    stand_in.plan_always("PutEvents", None);
    // A new record waited behind them.
    assert_eq!(stand_in.dispatch_by(&dispatch, batch(3), left).await.unwrap(), nothing());
    assert_eq!(stand_in.received("a="), ["1", "2", "3"]);
    let puts = stand_in.seen().puts();
    let details: Vec<_> =
        puts.last().unwrap().iter().map(|entry| entry["Detail"].as_str().unwrap()).collect();
    assert_eq!(details, stand_in.frames("a="));
    assert!(positions(details).iter().zip(1..).all(|(position, n)| position.ends_with(&format!("-{n}"))));
    let of_log = |(name, body): &&(String, Value)| name == "Query" && body["TableName"] != "rejected";
    let queries = stand_in.seen().calls.iter().filter(of_log).count();
    assert_eq!(queries, 3, "the subscribers of the last event");
}
