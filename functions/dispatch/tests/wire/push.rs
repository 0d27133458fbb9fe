use std::time::Duration;

use serde_json::{Value, json};

use crate::stand_in::{Fault, LIMITS, StandIn, element, element_with};

const OLD: Duration = Duration::from_secs(60);
/// For what a test itself takes.
const SLACK: Duration = Duration::from_secs(10);

/// Three orders, one after the other.
fn orders() -> Value {
    json!([element(1, "orders/1"), element(2, "orders/2"), element(3, "orders/3")])
}

/// `a` behaves as planned, `b` well; both listen to all orders.
async fn with_faults(faults: impl IntoIterator<Item = Fault>) -> StandIn {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], OLD).await;
    stand_in.connect("b=", &["orders/*"], OLD).await;
    stand_in.plan("a=", faults);
    stand_in
}

/// Whatever becomes of `a`: the batch succeeds, and `b` gets everything.
async fn dispatch(stand_in: &StandIn) {
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.received("b="), ["1", "2", "3"]);
}

fn remembered(stand_in: &StandIn, id: &str) -> bool {
    stand_in.items("connections").iter().any(|item| item["pk"]["S"] == format!("connection#{id}"))
}

fn closed(stand_in: &StandIn) -> Vec<String> {
    stand_in.seen.lock().unwrap().closed.clone()
}

#[tokio::test]
async fn each_client_gets_what_it_listens_to_in_order_and_nothing_else() {
    let stand_in = StandIn::start().await;
    for (id, patterns) in [
        ("all=", vec!["*", "orders/*", "orders/2"]),
        ("one=", vec!["orders/2"]),
        ("none=", vec!["profiles/*"]),
    ] {
        stand_in.connect(id, &patterns, OLD).await;
    }
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("all="), ["1", "2", "3"]);
    assert_eq!(stand_in.received("one="), ["2"]);
    assert_eq!(stand_in.received("none="), [""; 0]);
}

#[tokio::test]
async fn a_closed_connection_is_forgotten() {
    for gone in [Fault::Error(410, "GoneException"), Fault::Status(410)] {
        let stand_in = with_faults([gone]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), ["1"]);
        assert!(!remembered(&stand_in, "a=") && remembered(&stand_in, "b="));
        assert_eq!(closed(&stand_in), [""; 0]);
    }
}

#[tokio::test]
async fn a_connection_that_is_not_up_yet_is_tried_again() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], Duration::ZERO).await;
    stand_in.plan("a=", [Fault::Status(410)]);
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.received("a="), ["1", "1", "2", "3"]);
    assert!(remembered(&stand_in, "a="));
}

#[tokio::test]
async fn a_connection_that_may_still_come_up_is_not_forgotten_and_gets_the_next_batch() {
    for age in [LIMITS.settling, LIMITS.connecting - SLACK] {
        let stand_in = StandIn::start().await;
        stand_in.connect("a=", &["orders/*"], age).await;
        stand_in.plan("a=", [Fault::Status(410)]);
        assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
        assert!(stand_in.all_faults_fired());
        assert_eq!(stand_in.received("a="), ["1"]);
        assert!(remembered(&stand_in, "a=") && closed(&stand_in).is_empty());
        assert_eq!(stand_in.logged("INFO", "connecting").last().unwrap(), 1);
        stand_in.dispatch(orders()).await.unwrap();
        assert_eq!(stand_in.received("a=")[1..], ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn a_connection_that_must_be_up_by_now_is_gone_at_the_first_410() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], LIMITS.connecting).await;
    stand_in.plan("a=", [Fault::Status(410)]);
    stand_in.dispatch(orders()).await.unwrap();
    assert_eq!(stand_in.received("a="), ["1"]);
    assert!(!remembered(&stand_in, "a="));
}

#[tokio::test]
async fn a_closing_that_finds_nobody_is_no_proof_while_the_connection_may_still_come_up() {
    let stand_in = StandIn::start().await;
    stand_in.connect("a=", &["orders/*"], LIMITS.connecting - SLACK).await;
    stand_in.plan("a=", vec![Fault::Status(429); 1 + LIMITS.retries as usize]);
    stand_in.plan("DELETE a=", [Fault::Status(410)]);
    stand_in.dispatch(orders()).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!(closed(&stand_in), ["a="]);
    assert!(remembered(&stand_in, "a="));
    assert_eq!(stand_in.logged("WARN", "left"), [1]);
}

#[tokio::test]
async fn what_may_pass_is_tried_again_and_the_order_stays() {
    for fault in [Fault::Error(429, "LimitExceededException"), Fault::Status(429), Fault::Status(500)] {
        let stand_in = with_faults([fault.clone(), fault]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), ["1", "1", "1", "2", "3"]);
        assert!(remembered(&stand_in, "a="));
    }
}

#[tokio::test]
async fn a_client_that_takes_no_more_is_closed_and_forgotten() {
    let attempts = 1 + LIMITS.retries as usize;
    for fault in [Fault::Status(429), Fault::Status(503), Fault::Hang] {
        let stand_in = with_faults(vec![fault; attempts]).await;
        dispatch(&stand_in).await;
        assert_eq!(stand_in.received("a="), vec!["1"; attempts]);
        assert_eq!(closed(&stand_in), ["a="]);
        assert!(!remembered(&stand_in, "a="));
    }
}

/// Takes no frame, and is closed as planned.
async fn unreachable(closing: Vec<Fault>) -> StandIn {
    let stand_in = with_faults(vec![Fault::Status(429); 1 + LIMITS.retries as usize]).await;
    stand_in.plan("DELETE a=", closing);
    dispatch(&stand_in).await;
    stand_in
}

#[tokio::test]
async fn a_closing_that_fails_is_tried_again() {
    for fault in [Fault::Error(429, "LimitExceededException"), Fault::Status(500), Fault::Hang] {
        let stand_in = unreachable(vec![fault; 2]).await;
        assert_eq!(closed(&stand_in), ["a="; 3]);
        assert!(!remembered(&stand_in, "a="));
        assert_eq!(stand_in.logged("WARN", "left"), [0; 0]);
    }
}

#[tokio::test]
async fn a_connection_that_is_not_there_is_closed() {
    for fault in [Fault::Error(410, "GoneException"), Fault::Status(404)] {
        let stand_in = unreachable(vec![fault]).await;
        assert_eq!(closed(&stand_in), ["a="]);
        assert!(!remembered(&stand_in, "a="));
    }
}

#[tokio::test]
async fn a_connection_that_cannot_be_closed_is_remembered_and_the_next_push_tries_again() {
    let attempts = 1 + LIMITS.retries as usize;
    for (fault, times) in [
        (Fault::Status(429), attempts),
        (Fault::Hang, attempts),
        (Fault::Error(403, "ForbiddenException"), 1),
    ] {
        let stand_in = unreachable(vec![fault; times]).await;
        assert_eq!(closed(&stand_in), vec!["a="; times]);
        assert!(remembered(&stand_in, "a="));
        assert_eq!(stand_in.logged("WARN", "left").last().unwrap(), 1);
        stand_in.dispatch(orders()).await.unwrap();
        assert_eq!(stand_in.received("a=")[attempts..], ["1", "2", "3"]);
    }
}

#[tokio::test]
async fn a_frame_that_api_gateway_finds_too_large_is_skipped() {
    let stand_in = with_faults([Fault::Error(413, "PayloadTooLargeException")]).await;
    dispatch(&stand_in).await;
    assert_eq!(stand_in.received("a="), ["1", "2", "3"]);
    assert!(remembered(&stand_in, "a="));
}

#[tokio::test]
async fn a_frame_of_128_kb_is_sent_and_a_larger_one_is_skipped() {
    let bytes = |data: &str| element_with(1, "orders/1", data)["events"][0].to_string().len();
    let room = 128 * 1024 - bytes("");
    let (at, over) = ("x".repeat(room), "x".repeat(room + 1));
    assert_eq!(bytes(&at), 131_072);
    let stand_in = with_faults([]).await;
    let elements = json!([
        element_with(1, "orders/1", &at),
        element_with(2, "orders/2", &over),
        element_with(3, "orders/3", ""),
    ]);
    assert_eq!(stand_in.dispatch(elements).await.unwrap(), [""; 0]);
    assert_eq!(stand_in.received("a="), ["1", "3"]);
}

#[tokio::test]
async fn a_connection_that_we_may_not_write_to_is_left_alone() {
    let stand_in = with_faults([Fault::Error(403, "ForbiddenException")]).await;
    dispatch(&stand_in).await;
    assert_eq!(stand_in.received("a="), ["1"]);
    assert!(remembered(&stand_in, "a=") && closed(&stand_in).is_empty());
}

#[tokio::test]
async fn each_connection_has_its_own_retries_however_many_others_fail() {
    let stand_in = StandIn::start().await;
    let id = |n: usize| format!("c{n}=");
    for n in 0..40 {
        stand_in.connect(&id(n), &["orders/*"], OLD).await;
        if n % 3 == 0 {
            stand_in.plan(&id(n), vec![Fault::Status(500); 3]);
        }
    }
    assert_eq!(stand_in.dispatch(orders()).await.unwrap(), [""; 0]);
    assert!(stand_in.all_faults_fired());
    for n in 0..40 {
        let expected: &[&str] = if n % 3 == 0 { &["1", "1", "1", "1", "2", "3"] } else { &["1", "2", "3"] };
        assert_eq!(stand_in.received(&id(n)), expected, "{}", id(n));
    }
}

/// More connections than can be served in a short time; `c0` is closed as planned.
async fn too_late(closing: Vec<Fault>) -> StandIn {
    let stand_in = StandIn::start().await;
    for n in 0..4 * LIMITS.connections {
        let id = format!("c{n}=");
        stand_in.connect(&id, &["orders/*"], OLD).await;
        stand_in.plan(&id, vec![Fault::Hang; 4]);
    }
    stand_in.plan("DELETE c0=", closing);
    let left = Duration::from_millis(900);
    assert_eq!(stand_in.dispatch_within(orders(), left).await.unwrap(), [""; 0]);
    assert!(!stand_in.seen.lock().unwrap().posts.is_empty());
    stand_in
}

#[tokio::test]
async fn who_was_not_served_before_the_deadline_is_closed_and_the_batch_succeeds() {
    let stand_in = too_late(vec![]).await;
    assert_eq!(closed(&stand_in).len(), 4 * LIMITS.connections);
    assert_eq!(stand_in.logged("WARN", "late"), [4 * LIMITS.connections]);
    assert_eq!(stand_in.logged("WARN", "left"), [0; 0]);
}

#[tokio::test]
async fn who_was_late_and_cannot_be_closed_is_counted() {
    let attempts = 1 + LIMITS.retries as usize;
    let stand_in = too_late(vec![Fault::Status(429); attempts]).await;
    assert_eq!(closed(&stand_in).iter().filter(|id| *id == "c0=").count(), attempts);
    assert_eq!(stand_in.logged("WARN", "left"), [1]);
}
