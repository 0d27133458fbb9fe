//! Connections with invalid patterns are refused.

use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::socket::Socket;

/// As on AWS, the client receives only the status.
#[tokio::test]
async fn a_bad_pattern_is_refused_and_the_log_has_the_reason() {
    let local = LocalMode::start().await;
    for (pattern, reason) in [
        ("orders/*/1", "has a misplaced *"),
        ("orders//1", "has an empty segment"),
        ("1/2/3/4/5/6/7/8/9", "has more than 8 segments"),
    ] {
        let refused = Socket::subscribe(&local.addresses().clients, &["orders/*", pattern]).await;
        assert_eq!(refused.err().unwrap().status, 400, "{pattern}");
        local.wait_for_log(&[pattern, reason]).await;
    }
    assert_eq!(local.dynamodb().scan("connections").await, [serde_json::Value::Null; 0]);
}
