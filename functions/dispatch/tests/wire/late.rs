//! An event that is older, by `sequence`, than what was sent for its subject has a mark: on sockets, on the bus and
//! in the log.

use std::time::Duration;

use dispatch::Dispatch;
use serde_json::{Value, json};
use tablecast_aws::now_in_milliseconds;
use tablecast_event_log::Logs;
use tablecast_protocol::{Position, rfc3339};

use crate::stand_in::{LIMITS, StandIn, element_with, source_of};

const MINUTE: Duration = Duration::from_secs(60);

/// The change of an order of acme. It was made an hour before, with half a minute more for each sequence.
fn change(order: &str, sequence: i64) -> Value {
    let mut element = element_with(sequence as usize, &format!("orders/acme/{order}"), "");
    let event = &mut element["events"][0];
    event["id"] = format!("{order}@{sequence}").into();
    event["source"] = source_of("acme").into();
    event["sequence"] = format!("{sequence:040}").into();
    event["time"] = rfc3339(now_in_milliseconds() - 3_600_000 + sequence * 30_000).into();
    element
}

async fn start() -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["*"], MINUTE).await;
    stand_in
}

/// Id and mark of events.
fn marks(events: &[String]) -> Vec<(String, Value)> {
    let parsed = events.iter().map(|event| serde_json::from_str::<Value>(event).unwrap());
    parsed.map(|event| (event["id"].as_str().unwrap().to_owned(), event["late"].clone())).collect()
}

fn mark(id: &str, late: bool) -> (String, Value) {
    (id.to_owned(), if late { json!(true) } else { Value::Null })
}

fn details(stand_in: &StandIn) -> Vec<String> {
    let puts = stand_in.seen().puts();
    puts.iter().flatten().map(|entry| entry["Detail"].as_str().unwrap().to_owned()).collect()
}

/// The events of the log, as a client that resumes receives them.
async fn logged(stand_in: &StandIn) -> Vec<String> {
    let (logs, now) = (Logs::new(stand_in.dynamodb(), "log"), now_in_milliseconds());
    let origin = Position { offset: 0, ..logs.last_position(&source_of("acme"), now).await.unwrap() };
    let replay = logs.resume(&source_of("acme"), &origin.to_string(), now, 1000, |_| true).await.unwrap();
    replay.events.unwrap().into_iter().map(|event| event.text).collect()
}

async fn send(stand_in: &StandIn, dispatch: &Dispatch, elements: Value) {
    assert_eq!(stand_in.dispatch_by(dispatch, elements, MINUTE).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn socket_bus_and_log_have_the_mark_of_a_late_event() {
    for is_restarted in [false, true] {
        let stand_in = start().await;
        let dispatch = stand_in.dispatcher(LIMITS);
        for sequence in [1, 3] {
            send(&stand_in, &dispatch, json!([change("1001", sequence)])).await;
            assert_eq!((stand_in.metric("Late"), stand_in.metric("late_undecided")), (json!(0), json!(0)));
        }
        let dispatch = if is_restarted { stand_in.dispatcher(LIMITS) } else { dispatch };
        // Another order did not change meanwhile.
        send(&stand_in, &dispatch, json!([change("1001", 2), change("1002", 2)])).await;
        assert_eq!(stand_in.metric("Late"), 1);
        let frames = stand_in.frames("a=");
        let expected =
            [mark("1001@1", false), mark("1001@3", false), mark("1001@2", true), mark("1002@2", false)];
        assert_eq!(marks(&frames), expected);
        assert_eq!((details(&stand_in), logged(&stand_in).await), (frames.clone(), frames));
    }
}

#[tokio::test]
async fn events_in_order_have_no_mark_and_cost_no_read_of_the_log() {
    let stand_in = start().await;
    let dispatch = stand_in.dispatcher(LIMITS);
    send(&stand_in, &dispatch, json!([change("1001", 0)])).await;
    stand_in.seen().calls.clear();
    for sequence in 1..20 {
        let elements =
            json!([change("1001", sequence), change("1002", sequence), change("1002", sequence + 1)]);
        send(&stand_in, &dispatch, elements).await;
        assert_eq!(stand_in.metric("Late"), 0);
    }
    let calls = std::mem::take(&mut stand_in.seen().calls);
    let reads = calls.iter().filter(|(operation, body)| operation == "Query" && body["TableName"] == "log");
    assert_eq!(reads.count(), 0);
    assert!(marks(&stand_in.frames("a=")).iter().all(|(_, late)| late.is_null()));
}

/// The bus rejected an entry, and meanwhile later changes were sent.
#[tokio::test]
async fn a_retry_within_a_minute_has_the_same_text_on_the_bus() {
    let stand_in = start().await;
    send(&stand_in, &stand_in.dispatcher(LIMITS), json!([change("1001", 1)])).await;
    send(&stand_in, &stand_in.dispatcher(LIMITS), json!([change("1001", 3)])).await;
    send(&stand_in, &stand_in.dispatcher(LIMITS), json!([change("1001", 2)])).await;
    let retry = json!([change("1001", 1), change("1001", 2), change("1001", 3)]);
    send(&stand_in, &stand_in.dispatcher(LIMITS), retry).await;
    assert_eq!(stand_in.metric("Late"), 1);
    let details = details(&stand_in);
    let position = |index: usize| serde_json::from_str::<Value>(&details[index]).unwrap()["position"].clone();
    assert_eq!(marks(&details[3..]), [mark("1001@1", false), mark("1001@2", true), mark("1001@3", false)]);
    assert_eq!([position(3), position(5), position(4)], [position(0), position(1), position(2)]);
}

/// Otherwise a client would drop a change that it does not have.
#[tokio::test]
async fn an_old_event_is_not_marked_but_counted_if_the_log_cannot_show_its_order() {
    let stand_in = start().await;
    for sequence in [1, 3] {
        send(&stand_in, &stand_in.dispatcher(LIMITS), json!([change("1001", sequence)])).await;
    }
    let first =
        stand_in.items("log").into_iter().find(|item| item["sk"]["S"] == format!("{:020}", 1)).unwrap();
    stand_in.remove("log", &first);
    send(&stand_in, &stand_in.dispatcher(LIMITS), json!([change("1002", 2)])).await;
    assert_eq!((stand_in.metric("Late"), stand_in.metric("late_undecided")), (json!(0), json!(1)));
    assert_eq!(marks(&stand_in.frames("a="))[2], mark("1002@2", false));
    assert_eq!(stand_in.logged("WARN", "undecided"), [1]);
}
