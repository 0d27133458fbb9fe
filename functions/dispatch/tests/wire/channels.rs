//! Each channel has a log, and one whose log fails does not stop the others.

use std::pin::pin;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::stand_in::{Fault, LIMITS, StandIn, element_of, source_of};

const MINUTE: Duration = Duration::from_secs(60);

const SLOW: Fault = Fault::Slow(Duration::from_secs(4));

const DENIED: Fault = Fault::Error(400, "AccessDeniedException");

async fn start() -> StandIn {
    connected(StandIn::start().await).await
}

async fn connected(stand_in: StandIn) -> StandIn {
    stand_in.connect("a=", &["orders/*"], MINUTE).await;
    stand_in
}

/// Two orders of acme, and one of beta between them.
fn two_channels() -> Value {
    json!([element_of("acme", 1), element_of("beta", 2), element_of("acme", 3)])
}

/// Id, source and offset of each event that the client received.
fn received(stand_in: &StandIn) -> Vec<(String, String, u64)> {
    let frame = |frame: String| {
        let event: Value = serde_json::from_str(&frame).unwrap();
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        let offset = text("position").split_once('-').unwrap().1.parse().unwrap();
        (text("id"), text("source"), offset)
    };
    stand_in.frames("a=").into_iter().map(frame).collect()
}

fn delivery(id: usize, tenant: &str, offset: u64) -> (String, String, u64) {
    (id.to_string(), source_of(tenant), offset)
}

/// The offset that a tenant's end item has.
fn recorded_end(stand_in: &StandIn, tenant: &str) -> u64 {
    let items = stand_in.items("log");
    let end = items.iter().find(|item| item["pk"]["S"] == source_of(tenant) && item["sk"]["S"] == "end");
    end.unwrap()["end_offset"]["N"].as_str().unwrap().parse().unwrap()
}

/// The requests to the log's table since the last call: operation and partition.
fn log_requests(stand_in: &StandIn) -> Vec<(String, String)> {
    let calls = std::mem::take(&mut stand_in.seen().calls);
    let calls = calls.into_iter().filter(|(_, body)| body["TableName"] == "log");
    let partition = |body: &Value| {
        let of_query = &body["ExpressionAttributeValues"][":pk"]["S"];
        body["Item"]["pk"]["S"].as_str().or(of_query.as_str()).unwrap().to_owned()
    };
    let mut requests: Vec<_> = calls.map(|(operation, body)| (operation, partition(&body))).collect();
    requests.sort();
    requests
}

#[tokio::test]
async fn each_channel_of_a_batch_has_its_own_offsets() {
    let stand_in = start().await;
    assert_eq!(stand_in.dispatch(two_channels()).await.unwrap(), [""; 0]);
    let expected = [delivery(1, "acme", 1), delivery(2, "beta", 1), delivery(3, "acme", 2)];
    assert_eq!(received(&stand_in), expected);
    let puts = stand_in.seen().puts();
    let details: Vec<_> =
        puts.iter().flatten().map(|entry| entry["Detail"].as_str().unwrap().to_owned()).collect();
    assert_eq!(details, stand_in.frames("a="));
    assert_eq!([recorded_end(&stand_in, "acme"), recorded_end(&stand_in, "beta")], [2, 1]);
}

#[tokio::test]
async fn only_the_records_of_a_channel_whose_log_fails_come_again() {
    let (acme, beta) = ([delivery(1, "acme", 1), delivery(3, "acme", 2)], delivery(2, "beta", 1));
    let only_failed = json!([element_of("acme", 1), element_of("acme", 3)]);
    // A pipe may also send everything from the first failed record on.
    let all = [acme[0].clone(), beta.clone(), acme[1].clone()];
    for (again, expected) in [(only_failed, acme.as_slice()), (two_channels(), all.as_slice())] {
        let stand_in = start().await;
        stand_in.plan("log PutItem tablecast/orders/acme", [Fault::None, DENIED]);
        assert_eq!(stand_in.dispatch(two_channels()).await.unwrap(), ["e1", "e3"]);
        assert!(stand_in.all_faults_fired());
        assert_eq!(received(&stand_in).as_slice(), std::slice::from_ref(&beta));
        assert_eq!(stand_in.published(), [["2"]]);
        assert_eq!(stand_in.dispatch(again).await.unwrap(), [""; 0]);
        assert_eq!(received(&stand_in)[1..], *expected);
    }
}

#[tokio::test]
async fn a_channel_that_is_appended_in_part_is_not_delivered_and_keeps_its_offsets() {
    let stand_in = start().await;
    // Each fills an item of the log.
    let elements = || {
        let mut elements = [element_of("acme", 1), element_of("acme", 2), element_of("beta", 3)];
        elements.iter_mut().for_each(|element| element["events"][0]["data"] = "x".repeat(60 * 1024).into());
        json!(elements)
    };
    stand_in.plan("log PutItem tablecast/orders/acme", [Fault::None, Fault::None, DENIED]);
    assert_eq!(stand_in.dispatch(elements()).await.unwrap(), ["e1", "e2"]);
    assert!(stand_in.all_faults_fired());
    let of_acme = |item: &Value| item["pk"]["S"] == source_of("acme") && item["sk"]["S"] != "end";
    assert_eq!(stand_in.items("log").iter().filter(|item| of_acme(item)).count(), 1);
    assert_eq!(received(&stand_in), [delivery(3, "beta", 1)]);
    assert_eq!(stand_in.dispatch(elements()).await.unwrap(), [""; 0]);
    assert_eq!(received(&stand_in)[1..3], [delivery(1, "acme", 1), delivery(2, "acme", 2)]);
}

#[tokio::test]
async fn failed_channels_are_counted_and_named() {
    let stand_in = start().await;
    stand_in.plan_always("log PutItem tablecast/orders/acme", Some(DENIED));
    stand_in.plan_always("log Query tablecast/orders/beta", Some(DENIED));
    let elements = json!([element_of("acme", 1), element_of("beta", 2), element_of("other", 3)]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), ["e1", "e2"]);
    let metrics = ["Records", "Events", "Published", "Delivered", "LogFailures"];
    assert_eq!(metrics.map(|name| stand_in.metric(name)), [3, 3, 1, 1, 2]);
    let mut named = stand_in.logged("ERROR", "source");
    named.sort_by_key(Value::to_string);
    assert_eq!(named, [source_of("acme"), source_of("beta")]);
    let reasons = stand_in.logged("ERROR", "error");
    assert!(reasons.iter().all(|reason| reason.to_string().contains("AccessDenied")), "{reasons:?}");
}

#[tokio::test]
async fn in_an_outage_of_the_table_the_log_names_twenty_channels_and_counts_the_others() {
    let stand_in = start().await;
    stand_in.plan_always("log Query", Some(DENIED));
    let elements = (1..=25).map(|n| element_of(&format!("tenant-{n}"), n)).collect();
    let error = stand_in.dispatch(elements).await.unwrap_err();
    assert!(error.contains("tablecast/orders/tenant-") && error.contains("25 channels"), "{error}");
    assert_eq!(stand_in.logged("ERROR", "source").len(), 20);
    assert_eq!(stand_in.logged("ERROR", "unnamed"), [5]);
    assert_eq!([stand_in.metric("LogFailures"), stand_in.metric("LookupFailures")], [25, 0]);
}

#[tokio::test]
async fn a_channel_with_a_slow_log_does_not_stop_the_others() {
    let stand_in = start().await;
    stand_in.plan("log PutItem tablecast/orders/acme", [Fault::Hang]);
    let left = Duration::from_secs(6);
    assert_eq!(stand_in.dispatch_within(two_channels(), left).await.unwrap(), ["e1", "e3"]);
    assert_eq!(received(&stand_in), [delivery(2, "beta", 1)]);
    let reason = stand_in.logged("ERROR", "error")[0].to_string();
    assert!(reason.contains("in time"), "{reason}");
    assert_eq!(stand_in.metric("LogFailures"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_channel_with_a_slow_log_delays_the_others_by_a_second() {
    let stand_in = connected(StandIn::in_process()).await;
    stand_in.plan("log PutItem tablecast/orders/acme", [SLOW]);
    let started = Instant::now();
    let mut dispatching = pin!(stand_in.dispatch(two_channels()));
    assert!(timeout(Duration::from_secs(2), &mut dispatching).await.is_err());
    assert_eq!(received(&stand_in), [delivery(2, "beta", 1)]);
    assert_eq!(stand_in.published(), [["2"]]);
    assert_eq!(recorded_end(&stand_in, "beta"), 1, "and its end is recorded");
    assert_eq!(dispatching.await.unwrap(), [""; 0]);
    assert!(started.elapsed() > Duration::from_secs(3), "{:?}", started.elapsed());
    assert_eq!(received(&stand_in)[1..], [delivery(1, "acme", 1), delivery(3, "acme", 2)]);
    assert_eq!(stand_in.published(), [vec!["2"], vec!["1", "3"]]);
    assert_eq!(["Published", "Delivered"].map(|name| stand_in.metric(name)), [3, 3]);
}

/// The pipe sends the batch again, and nothing is repeated at the clients that had their events.
#[tokio::test(start_paused = true)]
async fn the_subscribers_of_a_slow_channel_can_be_unknown() {
    let stand_in = connected(StandIn::in_process()).await;
    let dispatch = stand_in.dispatcher(LIMITS);
    stand_in.plan("log PutItem tablecast/orders/acme", [SLOW]);
    {
        let mut dispatching = pin!(stand_in.dispatch_by(&dispatch, two_channels(), MINUTE));
        assert!(timeout(Duration::from_secs(2), &mut dispatching).await.is_err());
        stand_in.plan_always("connections Query", Some(DENIED));
        assert!(dispatching.await.is_err());
    }
    stand_in.plan_always("connections Query", None);
    assert_eq!(stand_in.dispatch_by(&dispatch, two_channels(), MINUTE).await.unwrap(), [""; 0]);
    let expected = [delivery(2, "beta", 1), delivery(1, "acme", 1), delivery(3, "acme", 2)];
    assert_eq!(received(&stand_in), expected);
}

#[tokio::test]
async fn a_wrong_clock_of_one_channel_counts() {
    let stand_in = start().await;
    // The response of acme's log comes when the clock is wrong.
    let dispatch = stand_in.dispatcher(LIMITS);
    stand_in.dispatch_by(&dispatch, json!([element_of("beta", 1)]), MINUTE).await.unwrap();
    stand_in.set_clock_ahead(600);
    let result =
        stand_in.dispatch_by(&dispatch, json!([element_of("beta", 2), element_of("acme", 3)]), MINUTE);
    assert_eq!(result.await.unwrap(), ["e3"]);
    assert_eq!([stand_in.metric("ClockSkew"), stand_in.metric("LogFailures")], [1, 1]);
}

#[tokio::test]
async fn a_record_with_events_of_several_channels_comes_again_if_one_of_them_fails() {
    let stand_in = start().await;
    let mut both = element_of("acme", 1);
    let other = element_of("beta", 2)["events"][0].clone();
    both["events"].as_array_mut().unwrap().push(other);
    stand_in.plan("log PutItem tablecast/orders/acme", [DENIED]);
    assert_eq!(stand_in.dispatch(json!([both.clone()])).await.unwrap(), ["e1"]);
    assert_eq!(stand_in.dispatch(json!([both])).await.unwrap(), [""; 0]);
    let expected = [delivery(2, "beta", 1), delivery(1, "acme", 1), delivery(2, "beta", 1)];
    assert_eq!(received(&stand_in), expected);
}

/// The faults are for the end item of acme, after its events.
async fn with_end_faults(faults: Vec<Fault>, left: Duration) -> StandIn {
    let stand_in = start().await;
    stand_in.dispatch(json!([element_of("acme", 1)])).await.unwrap();
    let faults = [vec![Fault::None], faults].concat();
    stand_in.plan("log PutItem tablecast/orders/acme", faults);
    let elements = json!([element_of("acme", 2), element_of("beta", 3)]);
    assert_eq!(stand_in.dispatch_within(elements, left).await.unwrap(), ["e2"]);
    assert!(stand_in.all_faults_fired());
    stand_in
}

#[tokio::test]
async fn a_channel_whose_end_is_not_recorded_comes_again_with_the_same_offsets() {
    for (fault, left) in [(DENIED, MINUTE), (Fault::Hang, Duration::from_secs(3))] {
        let stand_in = with_end_faults(vec![fault], left).await;
        assert_eq!(recorded_end(&stand_in, "acme"), 1);
        assert_eq!([stand_in.metric("LogFailures"), stand_in.metric("Events")], [1, 2]);
        let reason = stand_in.logged("ERROR", "error").last().unwrap().to_string();
        assert!(reason.contains("end of the log"), "{reason}");
        assert_eq!(stand_in.dispatch(json!([element_of("acme", 2)])).await.unwrap(), [""; 0]);
        assert_eq!(recorded_end(&stand_in, "acme"), 2);
        let (acme, beta) = (delivery(2, "acme", 2), delivery(3, "beta", 1));
        assert_eq!(received(&stand_in)[1..], [acme.clone(), beta, acme]);
    }
}

#[tokio::test]
async fn the_same_process_records_an_end_that_failed_before() {
    let stand_in = start().await;
    let dispatch = stand_in.dispatcher(LIMITS);
    let elements = || json!([element_of("acme", 1)]);
    // The beginning of the log, the event, and the end.
    stand_in.plan("log PutItem tablecast/orders/acme", [Fault::None, Fault::None, DENIED]);
    assert_eq!(stand_in.dispatch_by(&dispatch, elements(), MINUTE).await.unwrap(), ["e1"]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(recorded_end(&stand_in, "acme"), 0);
    assert_eq!(stand_in.dispatch_by(&dispatch, elements(), MINUTE).await.unwrap(), [""; 0]);
    assert_eq!(recorded_end(&stand_in, "acme"), 1);
    assert_eq!(received(&stand_in), [delivery(1, "acme", 1), delivery(1, "acme", 1)]);
}

#[tokio::test]
async fn the_next_batch_of_a_process_reads_no_log() {
    let stand_in = start().await;
    let dispatch = stand_in.dispatcher(LIMITS);
    let batch = |n: usize| json!([element_of("acme", n), element_of("beta", n + 1)]);
    stand_in.dispatch_by(&dispatch, batch(1), MINUTE).await.unwrap();
    log_requests(&stand_in);
    stand_in.dispatch_by(&dispatch, batch(3), MINUTE).await.unwrap();
    let put = |tenant: &str| ("PutItem".to_owned(), source_of(tenant));
    let expected = [put("acme"), put("acme"), put("beta"), put("beta")];
    assert_eq!(log_requests(&stand_in), expected, "the event and the end of each channel");
}

#[tokio::test]
async fn no_channel_counts_as_delivered_that_could_not_be_handed_over() {
    let stand_in = start().await;
    let dispatch = stand_in.dispatcher(LIMITS);
    stand_in.plan("a=", [Fault::Error(403, "ForbiddenException")]);
    stand_in.plan_always("connections UpdateItem", Some(DENIED));
    let elements = || json!([element_of("acme", 1), element_of("beta", 2)]);
    assert_eq!(stand_in.dispatch_by(&dispatch, elements(), MINUTE).await.unwrap(), ["e1", "e2"]);
    assert_eq!([recorded_end(&stand_in, "acme"), recorded_end(&stand_in, "beta")], [0, 0]);
    stand_in.plan_always("connections UpdateItem", None);
    log_requests(&stand_in);
    stand_in.dispatch_by(&dispatch, elements(), MINUTE).await.unwrap();
    let read = log_requests(&stand_in).into_iter().filter(|(operation, _)| operation == "Query");
    let mut read: Vec<_> = read.map(|(_, partition)| partition).collect();
    read.dedup();
    assert_eq!(read, [source_of("acme"), source_of("beta")]);
}

#[tokio::test(start_paused = true)]
async fn many_channels_are_appended_at_once() {
    let stand_in = connected(StandIn::in_process()).await;
    stand_in.plan_always("log PutItem", Some(Fault::Slow(Duration::from_millis(300))));
    let elements: Value = (1..=64).map(|n| element_of(&format!("tenant-{n}"), n)).collect();
    let started = Instant::now();
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    // Four writes of each of 64 channels, one after the other, take 77 seconds.
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    assert_eq!(received(&stand_in).len(), 64);
}
