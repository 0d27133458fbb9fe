//! Long resumes are paid from quotas, which all connections of a principal and of a channel share.

use std::time::Duration;

use serde_json::{Value, json};
use subscribe::{MessageEvent, Subscribe};
use tablecast_config::Access;
use tablecast_event_log::{Logs, NewEvent};
use tablecast_protocol::{Position, Protocol};
use tablecast_stand_in::Fault;

use crate::rates::{fill, noise, source};
use crate::resuming::{
    append_all, event as order, ids, start as start_with_few_events, subscribe as resume_few,
};
use crate::stand_in::{StandIn, StatusCode, Trusting, deadline, event, identity, now};

const ADA: &str = "principal#ada";
const ADA_IN_LOGS: &str = "principal#fdee430d40bd57de";
const ADDRESS: &str = "address#192.0.2.1";

/// A channel with 4.5 MB, and the position before them.
async fn start() -> (StandIn, String) {
    let stand_in = StandIn::start_with(3).await;
    stand_in.connect(Protocol::Single).await;
    let origin = fill(&stand_in, 0, &noise(500 * 1024), 12).await;
    stand_in.log_calls();
    stand_in.log_items_read();
    (stand_in, origin)
}

/// Leaves nothing in a bucket.
fn empty(stand_in: &StandIn, name: &str) {
    // Every bucket is full again after 96 seconds or less.
    let full_at = (now() + 96) * 1000;
    let item = json!({
        "pk": { "S": format!("quota#{name}") }, "sk": { "S": "quota" }, "full_at": { "N": full_at.to_string() },
    });
    stand_in.import("connections", vec![item]);
}

fn channel() -> String {
    format!("channel#{}", source(0))
}

fn resume(after: &str) -> Value {
    json!({ "action": "subscribe", "subjects": ["orders/acme/0"], "after": { source(0): after } })
}

/// The result for the channel in the first frame.
fn result(replies: &[Value]) -> &Value {
    assert_eq!(replies[0]["type"], "tablecast.resumed.v1", "{replies:?}");
    &replies[0]["data"]["sources"][source(0)]
}

fn refused() -> Value {
    json!({ "recovered": false, "cause": "quota-exceeded" })
}

async fn send(stand_in: &StandIn, subscriber: &Subscribe<Trusting>, after: &str) -> Vec<Value> {
    stand_in.send_to(subscriber, &resume(after).to_string()).await
}

/// The buckets that requests since the last call wrote.
fn written(stand_in: &StandIn) -> Vec<String> {
    let calls = std::mem::take(&mut stand_in.seen().calls);
    let writes = calls.into_iter().filter(|(operation, _)| operation == "UpdateItem");
    writes.map(|(_, body)| body["Key"]["pk"]["S"].as_str().unwrap().replace("quota#", "")).collect()
}

/// Appends two events of a few bytes. Returns the position between them.
async fn append_small(stand_in: &StandIn) -> String {
    let logs = stand_in.logs();
    let [between, _] = [append(&logs, "older", "").await, append(&logs, "small", "").await];
    between.to_string()
}

async fn append(logs: &Logs, id: &str, data: &str) -> Position {
    let text = order(id, "orders/acme/0", data);
    append_all(logs, &source(0), &[NewEvent { id, text: &text }], now() * 1000).await
}

#[tokio::test]
async fn a_usual_resume_makes_no_request_for_its_quotas() {
    let (stand_in, _, positions) = start_with_few_events(Protocol::Single).await;
    let subscriber = stand_in.subscribe();
    for _ in 0..5 {
        let message = resume_few(&positions[0].to_string()).to_string();
        assert_eq!(stand_in.send_to(&subscriber, &message).await.len(), 4);
    }
    assert_eq!(written(&stand_in), Vec::<String>::new());
}

#[tokio::test]
async fn a_long_resume_pays_for_each_megabyte_to_its_principal_and_its_channel() {
    let (stand_in, origin) = start().await;
    let replies = send(&stand_in, &stand_in.subscribe(), &origin).await;
    assert_eq!(result(&replies)["recovered"], true, "{replies:?}");
    let written = written(&stand_in);
    for name in [ADA, &channel()] {
        let requests = written.iter().filter(|written| *written == name).count();
        assert!((4..=8).contains(&requests), "{name}: {written:?}");
    }
}

#[tokio::test]
async fn a_principal_without_quota_reads_one_page_and_then_nothing() {
    let (stand_in, origin) = start().await;
    empty(&stand_in, ADA);
    let subscriber = stand_in.subscribe();
    let replies = send(&stand_in, &subscriber, &origin).await;
    assert_eq!(result(&replies), &refused());
    // It is subscribed, and receives new events.
    assert_eq!((replies.len(), &replies[1]["type"]), (2, &json!("tablecast.subscribed.v1")));
    assert!((1..=9).contains(&stand_in.log_items_read()));
    for after in [&origin, "yesterday"] {
        assert_eq!(result(&send(&stand_in, &subscriber, after).await), &refused());
    }
    // The end of the channel, for each acknowledgement.
    assert_eq!(stand_in.log_items_read(), 4);
}

#[tokio::test]
async fn another_principal_resumes_the_same_channel() {
    let (stand_in, origin) = start().await;
    empty(&stand_in, ADA);
    let subscriber = stand_in.subscribe();
    assert_eq!(result(&send(&stand_in, &subscriber, &origin).await), &refused());
    stand_in.connect_with(Protocol::Single, Some(identity("bob", "acme", now() + 3600))).await;
    assert_eq!(result(&send(&stand_in, &subscriber, &origin).await)["recovered"], true);
}

#[tokio::test]
async fn a_refused_client_resumes_later_after_the_same_position_without_a_gap() {
    let (stand_in, origin) = start().await;
    empty(&stand_in, ADA);
    assert_eq!(result(&send(&stand_in, &stand_in.subscribe(), &origin).await), &refused());
    let buckets = stand_in.items().into_iter().filter(|item| item["sk"]["S"] == "quota");
    buckets.for_each(|bucket| stand_in.remove("connections", &bucket));
    let replies = send(&stand_in, &stand_in.subscribe(), &origin).await;
    assert_eq!(result(&replies)["recovered"], true);
    // Each is too large for a frame.
    assert_eq!(replies.len(), 14, "{:?}", ids(&replies));
}

#[tokio::test]
async fn a_channel_without_quota_serves_only_short_resumes() {
    let (stand_in, origin) = start().await;
    empty(&stand_in, &channel());
    let before = append_small(&stand_in).await;
    let subscriber = stand_in.subscribe();
    for _ in 0..3 {
        assert_eq!(result(&send(&stand_in, &subscriber, &origin).await), &refused());
        let replies = send(&stand_in, &subscriber, &before).await;
        assert_eq!(result(&replies)["recovered"], true);
        assert!(ids(&replies).contains(&"small"));
    }
}

/// API Gateway's event for a message of a client at an address.
fn event_from(address: &str, after: &str) -> MessageEvent {
    let context = json!({
        "connectionId": "a=", "requestId": "r1", "requestTimeEpoch": now() * 1000,
        "identity": { "sourceIp": address },
    });
    let event = json!({ "requestContext": context, "body": resume(after).to_string() });
    serde_json::from_value(event).unwrap()
}

#[tokio::test]
async fn without_tokens_the_clients_of_an_address_share_a_quota() {
    let (stand_in, origin) = start().await;
    stand_in.connect_with(Protocol::Single, None).await;
    empty(&stand_in, ADDRESS);
    let before = append_small(&stand_in).await;
    let subscriber = stand_in.subscribe_with(Access::Open);
    for (address, after, is_refused) in
        [("192.0.2.1", &origin, true), ("192.0.2.1", &before, false), ("192.0.2.2", &origin, false)]
    {
        let earlier = stand_in.replies().len();
        subscriber.handle(event_from(address, after), deadline()).await.unwrap();
        let replies = stand_in.replies().split_off(earlier);
        assert_eq!(*result(&replies) == refused(), is_refused, "{address}: {}", result(&replies));
    }
    let earlier = stand_in.replies().len();
    subscriber.handle(event("r2", &resume(&origin).to_string()), deadline()).await.unwrap();
    assert_eq!(result(&stand_in.replies().split_off(earlier))["recovered"], true);
}

#[tokio::test]
async fn a_refusal_is_counted_and_logged_with_the_hash_of_its_principal() {
    let (stand_in, origin) = start().await;
    empty(&stand_in, ADA);
    let subscriber = stand_in.subscribe();
    for _ in 0..2 {
        send(&stand_in, &subscriber, &origin).await;
    }
    let metrics = subscriber.take_metrics(Duration::ZERO).unwrap();
    let line = metrics.line("tablecast", &Default::default(), std::time::SystemTime::now());
    assert_eq!([&line["QuotaExceeded"], &line["Unavailable"]], [&json!(2), &Value::Null]);
    let clients = tablecast_stand_in::logs::values("WARN", "client");
    assert_eq!(clients, [ADA_IN_LOGS, ADA_IN_LOGS]);
}

#[tokio::test]
async fn no_log_line_has_the_principal_whose_quota_is_used_up() {
    let (stand_in, origin) = start().await;
    let marker = "auth0|marker-4711";
    stand_in.connect_with(Protocol::Single, Some(identity(marker, "acme", now() + 3600))).await;
    empty(&stand_in, &format!("principal#{marker}"));
    let subscriber = stand_in.subscribe();
    for _ in 0..2 {
        assert_eq!(result(&send(&stand_in, &subscriber, &origin).await), &refused());
    }
    let log = tablecast_stand_in::logs::text();
    assert!(log.contains("a quota of its client") && !log.contains("marker-4711"), "{log}");
}

/// A client that receives `unavailable` resumes again without a gap.
#[tokio::test]
async fn a_resume_whose_quota_cannot_be_read_has_no_effect() {
    let (stand_in, origin) = start().await;
    stand_in.plan_always("connections UpdateItem", Some(Fault::Error(400, "AccessDeniedException")));
    let replies = send(&stand_in, &stand_in.subscribe(), &origin).await;
    assert_eq!((replies.len(), &replies[0]["data"]["code"]), (1, &json!("unavailable")));
    assert!(stand_in.patterns().is_empty() && stand_in.closed().is_empty());
}

/// Otherwise a resume that has begun would be in vain.
#[tokio::test]
async fn the_events_since_a_replay_are_read_without_quota() {
    let (stand_in, _) = start().await;
    let before = append_small(&stand_in).await;
    let (logs, other) = (stand_in.logs(), stand_in.clone());
    stand_in.at_each_post(move |posted| {
        let (logs, stand_in) = (logs.clone(), other.clone());
        Box::pin(async move {
            if posted == 1 {
                empty(&stand_in, ADA);
                empty(&stand_in, &channel());
                for id in ["large 1", "large 2", "large 3", "large 4"] {
                    append(&logs, id, &noise(500 * 1024)).await;
                }
            }
            StatusCode::OK
        })
    });
    let replies = send(&stand_in, &stand_in.subscribe(), &before).await;
    assert_eq!(replies.len(), 7, "{:?}", ids(&replies));
    assert_eq!(replies[6]["type"], "tablecast.subscribed.v1");
}
