//! Clients connect with one valid token, from an allowed origin.

use serde_json::{Value, json};
use tablecast_tests::eventually::eventually;
use tablecast_tests::items::profile;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::socket::{HandshakeError, Socket};

const PAGE: &str = "https://app.example.com";

async fn local() -> LocalMode {
    LocalMode::start_with_auth(&["--origin", PAGE]).await
}

/// Connects and subscribes to the profile of ada.
async fn connect(
    local: &LocalMode,
    query: &str,
    headers: &[(&'static str, &str)],
) -> Result<Socket, HandshakeError> {
    let url = format!("{}/?subscribe=profiles/ada{query}", local.addresses().clients);
    Socket::with_headers(&url, headers).await
}

async fn status(local: &LocalMode, query: &str, headers: &[(&'static str, &str)]) -> u16 {
    connect(local, query, headers).await.err().expect("the client is refused").status
}

async fn assert_receives_events(local: &LocalMode, mut client: Socket) {
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    assert_eq!(client.event().await["subject"], "profiles/ada");
    let key = json!({"TableName": "profiles", "Key": {"userId": {"S": "ada"}}});
    local.dynamodb().call("DeleteItem", key).await;
    assert_eq!(client.event().await["type"], "profile.deleted.v1");
}

#[tokio::test]
async fn a_token_is_accepted_in_each_of_the_three_places() {
    let local = local().await;
    let token = local.token(&["--subject", "ada", "--claim", "tenant=acme"]).await;
    let (bearer, offer) = (format!("Bearer {token}"), format!("cloudevents.json, bearer.{token}"));
    let in_query = connect(&local, &format!("&token={token}"), &[]).await.unwrap();
    assert_receives_events(&local, in_query).await;
    let in_header = connect(&local, "", &[("Authorization", &bearer)]).await.unwrap();
    assert_receives_events(&local, in_header).await;
    let offered = connect(&local, "", &[("Sec-WebSocket-Protocol", &offer)]).await.unwrap();
    assert_eq!(offered.protocol.as_deref(), Some("cloudevents.json"));
    assert_receives_events(&local, offered).await;
}

#[tokio::test]
async fn a_client_without_a_valid_token_gets_a_401_and_the_log_has_the_reason() {
    let (local, other) = (local().await, local().await);
    let valid = local.token(&[]).await;
    let expired = local.token(&["--expires", "0s"]).await;
    let other_issuer = other.token(&[]).await;
    let (body, signature) = valid.rsplit_once('.').unwrap();
    let truncated = format!("{body}.{}", &signature[..40]);
    for (query, reason) in [
        (String::new(), "no token. Send it"),
        ("&token=".to_owned(), "not a signed JWT"),
        (format!("&token={expired}"), "the token has expired"),
        (format!("&token={other_issuer}"), "no key with the token's kid"),
        (format!("&token={truncated}"), "the token's signature is wrong"),
        (format!("&token={valid}&token={valid}"), "more than one token"),
    ] {
        let refusal = connect(&local, &query, &[]).await.err().unwrap();
        assert_eq!(refusal.status, 401, "{reason}");
        let body: Value = serde_json::from_str(&refusal.body).unwrap();
        assert_eq!(body["message"], "Unauthorized");
        local.wait_for_log(&[reason]).await;
    }
    assert_eq!(status(&local, "", &[("Authorization", "Basic YTpi")]).await, 401);
    let items = local.dynamodb().scan("connections").await;
    assert_eq!(items, [Value::Null; 0]);
    assert!(!local.log().contains("ERROR"), "{}", local.log());
}

#[tokio::test]
async fn a_web_page_needs_an_origin_of_this_machine_or_a_listed_one_and_a_token() {
    let local = local().await;
    let query = format!("&token={}", local.token(&["--subject", "ada"]).await);
    for origin in [PAGE, "http://localhost:5173"] {
        assert!(connect(&local, &query, &[("Origin", origin)]).await.is_ok(), "{origin}");
        assert_eq!(status(&local, "", &[("Origin", origin)]).await, 401, "{origin}");
    }
    local.wait_for_log(&["refused a client without a valid token (401)", "tablecast token --data"]).await;
    for origin in [
        "https://app.example.com.evil.io",
        "http://app.example.com",
        "https://app.example.com:8443",
        "http://localhost.evil.io:5173",
        "null",
    ] {
        assert_eq!(status(&local, &query, &[("Origin", origin)]).await, 403, "{origin}");
        local.wait_for_log(&["refused a web page of", origin, "start with --origin"]).await;
    }
    assert_eq!(status(&local, &query, &[("Origin", PAGE), ("Origin", PAGE)]).await, 403);
    // A page that connects again and again fills no log.
    assert_eq!(status(&local, &query, &[("Origin", "null")]).await, 403);
    assert_eq!(local.log().matches("refused a web page of null").count(), 1);
}

/// Uses valid and invalid tokens at log level trace.
#[tokio::test]
async fn tokens_and_claims_are_never_logged() {
    let mut local = LocalMode::start_with_auth(&["--log-level", "trace"]).await;
    let marker = "a-marker-in-a-claim";
    let token = local.token(&["--subject", "ada", "--claim", &format!("tenant={marker}")]).await;
    let invalid = format!("{token}AAAA");
    for token in [&token, &invalid] {
        let (bearer, offer) = (format!("Bearer {token}"), format!("cloudevents.json, bearer.{token}"));
        let _ = connect(&local, &format!("&token={token}"), &[]).await;
        let _ = connect(&local, "", &[("Authorization", &bearer)]).await;
        let _ = connect(&local, "", &[("Sec-WebSocket-Protocol", &offer)]).await;
        let _ = connect(&local, &format!("&token={token}"), &[("Origin", "https://evil.io")]).await;
    }
    let client = connect(&local, &format!("&token={token}"), &[]).await.unwrap();
    assert_receives_events(&local, client).await;
    local.wait_for_log(&["refused a client's token", "refused a web page of https://evil.io"]).await;
    assert_eq!(local.stop().await, Some(0));
    let log = local.log();
    assert!(log.contains("TRACE") && log.contains("authorize: "), "{log}");
    for part in token.split('.').skip(1).chain([marker]) {
        assert!(!log.contains(part), "{part} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn with_auth_none_no_token_is_needed() {
    let local = LocalMode::start().await;
    assert_receives_events(&local, connect(&local, "", &[]).await.unwrap()).await;
    assert_eq!(local.processes_of("authorize").len(), 0);
}

const EXPLAIN: (&str, &str) = ("Sec-WebSocket-Protocol", "cloudevents.json, tablecast.explain");

/// Returns status and reason of a refusal whose client requests them. The connection has no other event and ends.
async fn refusal(local: &LocalMode, query: &str, headers: &[(&'static str, &str)]) -> (u64, String) {
    let headers: Vec<_> = headers.iter().copied().chain([EXPLAIN]).collect();
    let url = format!("{}/?{query}", local.addresses().clients);
    let mut client = Socket::with_headers(&url, &headers).await.expect("the connection opens");
    assert_eq!(client.protocol.as_deref(), Some("cloudevents.json"));
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    let event = client.request(json!({"action": "subscribe", "subjects": ["profiles/ada"], "id": "1"})).await;
    assert_eq!(event["type"], "tablecast.refused.v1", "{event}");
    assert_eq!(client.close_code().await, 1000);
    let data = &event["data"];
    (data["status"].as_u64().unwrap(), data["reason"].as_str().unwrap().to_owned())
}

/// Browsers hide the status of a refused connection.
#[tokio::test]
async fn a_client_that_requests_it_gets_the_reason_of_a_refusal_as_its_only_event() {
    let local = local().await;
    let valid = local.token(&["--subject", "ada", "--claim", "tenant=acme"]).await;
    let expired = local.token(&["--expires", "0s"]).await;
    let page = [("Origin", PAGE)];
    for (query, headers, expected) in [
        (String::new(), &page[..], (401, "token-missing")),
        ("token=nonsense".to_owned(), &page, (401, "token-invalid")),
        (format!("token={expired}"), &page, (401, "token-expired")),
        (format!("token={valid}"), &[("Origin", "https://evil.io")], (403, "origin-not-allowed")),
        (format!("token={valid}&subscribe=orders/globex/*"), &page, (403, "not-granted")),
        (format!("token={valid}&subscribe=orders/*/x"), &page, (400, "bad-request")),
    ] {
        let (status, reason) = refusal(&local, &query, headers).await;
        assert_eq!((status, reason.as_str()), expected, "{query}");
    }
    local.wait_for_log(&["no token. Send it", "refused a client without a valid token (401)"]).await;
    local.wait_for_log(&["refused a web page of https://evil.io", "start with --origin"]).await;
    local.wait_for_log(&["none of the requested subjects is granted", "Explained=1"]).await;
    let empty = async || local.dynamodb().scan("connections").await.is_empty().then_some(());
    eventually("an empty connections table", empty).await;
    assert!(!local.log().contains("ERROR"), "{}", local.log());
    // The change of profiles/ada may not be dispatched yet, so this client never subscribes to it.
    let url = format!("{}/?token={valid}", local.addresses().clients);
    let mut admitted = Socket::with_headers(&url, &[("Origin", PAGE), EXPLAIN]).await.unwrap();
    assert_eq!(admitted.subscribe_to(&["orders/acme/*"]).await, ["granted"]);
}

#[tokio::test]
async fn without_tokens_a_refusal_has_its_reason_too() {
    let local = LocalMode::start().await;
    assert_eq!(refusal(&local, "subscribe=orders/*/x", &[]).await, (400, "bad-request".to_owned()));
    let foreign = [("Origin", "https://evil.io")];
    assert_eq!(refusal(&local, "subscribe=*", &foreign).await, (403, "origin-not-allowed".to_owned()));
}
