use super::*;

#[test]
fn a_loopback_host_has_three_names_and_any_port() {
    for good in ["localhost", "LocalHost:80", "127.0.0.1", "127.0.0.1:8787", "[::1]", "[::1]:65535"] {
        assert!(is_loopback(good), "{good}");
        assert!(is_loopback_origin(&format!("http://{good}")), "{good}");
        assert!(is_loopback_origin(&format!("https://{good}")), "{good}");
    }
}

#[test]
fn a_similar_name_is_not_a_loopback_host() {
    let bad = ["", ":80", "example.com", "localhost.example.com", "127.0.0.1.example.com", "example.com:80"];
    let worse = ["a@localhost", "localhost:80@example.com", "localhost/", "localhost:x", "[::1", "::1"];
    for bad in bad.into_iter().chain(worse) {
        assert!(!is_loopback(bad), "{bad}");
        assert!(!is_loopback_origin(&format!("http://{bad}")), "{bad}");
    }
    for bad in ["null", "localhost", "file://localhost", "chrome-extension://localhost", "http:localhost"] {
        assert!(!is_loopback_origin(bad), "{bad}");
    }
}
