use serde_json::json;
use tablecast_config::Access;
use tablecast_protocol::{Position, Protocol};

use super::{append, pong, start, subscribe, why};
use crate::resuming::{ids, types};
use crate::stand_in::StandIn;

/// Wider than channels of three segments.
const WIDE: &str = "tablecast/orders/acme/*";
const NARROW: &str = "tablecast/orders/acme/1";

#[tokio::test]
async fn a_wide_pattern_is_live_and_resumes_as_too_wide() {
    let (stand_in, logs) = start(3).await;
    let end = append(&logs, NARROW, "1", "orders/acme/1").await.to_string();
    stand_in.log_calls();
    let replies = stand_in.send(subscribe(&["orders/acme/*"], json!({}))).await;
    // A push finds the subscription from the acknowledgement on.
    assert_eq!(
        (types(&replies), stand_in.listeners_when_posted()),
        (vec!["tablecast.subscribed.v1"], vec![1])
    );
    let none = Position::NONE.to_string();
    assert_eq!(replies[0]["data"]["sources"], json!({ WIDE: none }));
    assert_eq!(pong(&stand_in).await, json!({ WIDE: none }));
    let after = json!({ WIDE: none, NARROW: end, "tablecast/orders/acme": end });
    let replies = stand_in.send(subscribe(&["orders/acme/*"], after)).await;
    assert_eq!(types(&replies), ["tablecast.resumed.v1", "tablecast.subscribed.v1"]);
    let resumed = &replies[0]["data"]["sources"];
    let reasons = [WIDE, NARROW, "tablecast/orders/acme"].map(|source| why(&resumed[source]));
    assert_eq!(reasons, ["too-wide", "too-wide", "position-unknown"]);
    assert_eq!(stand_in.log_calls(), []);
}

#[tokio::test]
async fn a_wide_and_a_narrow_pattern_together() {
    let (stand_in, logs) = start(3).await;
    let position = append(&logs, NARROW, "1", "orders/acme/1").await.to_string();
    let subjects = ["orders/acme/*", "orders/acme/1"];
    let replies = stand_in.send(subscribe(&subjects, json!({}))).await;
    let known = replies[0]["data"]["sources"].clone();
    assert_eq!(known, json!({ WIDE: Position::NONE.to_string(), NARROW: position }));
    append(&logs, NARROW, "2", "orders/acme/1").await;
    append(&logs, "tablecast/orders/acme/2", "3", "orders/acme/2").await;
    let end = append(&logs, NARROW, "4", "orders/acme/1").await.to_string();
    let replies = stand_in.send(subscribe(&subjects, known)).await;
    assert_eq!(ids(&replies), ["r1:resumed", "2", "4", "r1"]);
    let resumed = &replies[0]["data"]["sources"];
    assert_eq!(
        (why(&resumed[WIDE]), &resumed[NARROW]),
        ("too-wide", &json!({ "recovered": true, "position": end }))
    );
    assert_eq!(replies[3]["data"]["sources"][NARROW], end);
}

#[tokio::test]
async fn everything_is_wide() {
    let stand_in = StandIn::start_with(2).await;
    stand_in.connect_with(Protocol::Single, None).await;
    let subscriber = stand_in.subscribe_with(Access::Open);
    let after =
        json!({ "tablecast/*": Position::NONE.to_string(), "tablecast/orders/acme": "0000000000000001-1" });
    let replies = stand_in.send_to(&subscriber, &subscribe(&["*"], after).to_string()).await;
    let resumed = replies[0]["data"]["sources"].as_object().unwrap();
    assert!(resumed.len() == 2 && resumed.values().all(|result| why(result) == "too-wide"), "{resumed:?}");
    assert_eq!(replies[1]["data"]["sources"], json!({ "tablecast/*": Position::NONE.to_string() }));
}
