use std::time::Duration;

use serde_json::json;
use tablecast_client::State;

use super::harness::Harness;
use crate::server_events::{refreshed, unavailable};

const ALL: &[&str] = &["orders/*"];

fn seconds(seconds: f64) -> Duration {
    Duration::from_secs_f64(seconds)
}

#[test]
fn the_token_is_refreshed_after_most_of_its_lifetime_and_again() {
    let mut harness = Harness::new();
    harness.subscribe(ALL);
    harness.open_until(1, Some(seconds(40.0)));
    harness.sent();
    assert_eq!(harness.next_timer(), seconds(31.0));
    assert_eq!(harness.tokens(), [1]);
    harness.token(1, Some("new"));
    assert_eq!(harness.sent(), [json!({"action": "refresh", "id": "2", "token": "new"})]);
    harness.receive(1, &[refreshed(20, &[], Some("2"))]);
    assert_eq!(harness.next_timer(), seconds(46.5));
}

#[test]
fn removed_subjects_are_refused_and_a_failed_token_is_tried_again() {
    let (mut harness, _) = Harness::live(ALL, 1);
    harness.receive(1, &[refreshed(1_000_000, ALL, None)]);
    assert_eq!(harness.delivered(), ["refused orders/* not-granted"]);
    harness.token(1, None);
    assert_eq!(harness.next_timer(), seconds(10.0));
    assert_eq!(harness.tokens(), [1]);
}

#[test]
fn an_unavailable_refresh_is_tried_again_on_the_same_connection() {
    let (mut harness, _) = Harness::live(ALL, 1);
    harness.token(1, Some("new"));
    let id = harness.sent()[0]["id"].as_str().unwrap().to_owned();
    harness.receive(1, &[unavailable(Some(&id))]);
    assert_eq!(harness.machine.state(), State::Live);
    assert_eq!(harness.next_timer(), seconds(10.0));
    assert_eq!(harness.tokens(), [1]);
}
