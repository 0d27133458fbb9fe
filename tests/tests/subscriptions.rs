//! What is not a pattern is no subscription.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use tablecast_tests::machine::Machine;
use tablecast_tests::socket::Socket;

/// As on AWS, the client itself is told the status alone; the reason is in the log.
#[tokio::test]
async fn a_bad_pattern_is_refused_and_the_reason_logged() {
    let machine = Machine::start().await;
    for (pattern, reason) in [
        ("orders/*/1", "has * where it may not stand"),
        ("orders//1", "has an empty segment"),
        ("1/2/3/4/5/6/7/8/9", "has more than 8 segments"),
    ] {
        let refused = Socket::subscribe(&machine.addresses().clients, &["orders/*", pattern]).await;
        assert_eq!(refused.err().unwrap().status, 400, "{pattern}");
        machine.logged(&[pattern, reason]).await;
    }
    assert_eq!(machine.dynamodb().scan("connections").await, [serde_json::Value::Null; 0]);
}
