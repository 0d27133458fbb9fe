//! Who may connect: a token of the machine's issuer, in exactly one place, from a page that may.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use tablecast_tests::items::profile;
use tablecast_tests::machine::Machine;
use tablecast_tests::socket::{Refusal, Socket};

const PAGE: &str = "https://app.example.com";

async fn machine() -> Machine {
    Machine::start_authorized(&["--origin", PAGE]).await
}

/// Connects and asks for the profile of ada.
async fn connect(
    machine: &Machine,
    query: &str,
    headers: &[(&'static str, &str)],
) -> Result<Socket, Refusal> {
    let url = format!("{}/?subscribe=profiles/ada{query}", machine.addresses().clients);
    Socket::with_headers(&url, headers).await
}

async fn status(machine: &Machine, query: &str, headers: &[(&'static str, &str)]) -> u16 {
    connect(machine, query, headers).await.err().expect("it is refused").status
}

async fn assert_gets_events(machine: &Machine, mut client: Socket) {
    machine.dynamodb().put("profiles", profile("ada", "Ada")).await;
    assert_eq!(client.event().await["subject"], "profiles/ada");
    let key = json!({"TableName": "profiles", "Key": {"userId": {"S": "ada"}}});
    machine.dynamodb().call("DeleteItem", key).await;
    assert_eq!(client.event().await["type"], "profile.deleted.v1");
}

#[tokio::test]
async fn a_token_opens_from_each_of_the_three_places() {
    let machine = machine().await;
    let token = machine.token(&["--subject", "ada", "--claim", "tenant=acme"]).await;
    let (bearer, offer) = (format!("Bearer {token}"), format!("cloudevents.json, bearer.{token}"));
    let in_query = connect(&machine, &format!("&token={token}"), &[]).await.unwrap();
    assert_gets_events(&machine, in_query).await;
    let in_header = connect(&machine, "", &[("Authorization", &bearer)]).await.unwrap();
    assert_gets_events(&machine, in_header).await;
    let offered = connect(&machine, "", &[("Sec-WebSocket-Protocol", &offer)]).await.unwrap();
    assert_eq!(offered.protocol.as_deref(), Some("cloudevents.json"));
    assert_gets_events(&machine, offered).await;
}

#[tokio::test]
async fn who_has_no_good_token_is_unauthorized_and_the_log_says_why() {
    let (machine, other) = (machine().await, machine().await);
    let good = machine.token(&[]).await;
    let expired = machine.token(&["--expires", "0s"]).await;
    let of_another = other.token(&[]).await;
    let (body, signature) = good.rsplit_once('.').unwrap();
    let cut = format!("{body}.{}", &signature[..40]);
    for (query, reason) in [
        (String::new(), "there is no token"),
        ("&token=".to_owned(), "no signed JWT"),
        (format!("&token={expired}"), "it has expired"),
        (format!("&token={of_another}"), "no key with its kid"),
        (format!("&token={cut}"), "its signature is wrong"),
        (format!("&token={good}&token={good}"), "more than one token"),
    ] {
        let refusal = connect(&machine, &query, &[]).await.err().unwrap();
        assert_eq!(refusal.status, 401, "{reason}");
        let body: Value = serde_json::from_str(&refusal.body).unwrap();
        assert_eq!(body["message"], "Unauthorized");
        machine.logged(&[reason]).await;
    }
    assert_eq!(status(&machine, "", &[("Authorization", "Basic YTpi")]).await, 401);
    let items = machine.dynamodb().scan("connections").await;
    assert_eq!(items, [Value::Null; 0]);
    assert!(!machine.log().contains("ERROR"), "{}", machine.log());
}

#[tokio::test]
async fn a_page_needs_a_listed_origin_beside_its_token() {
    let machine = machine().await;
    let query = format!("&token={}", machine.token(&["--subject", "ada"]).await);
    assert!(connect(&machine, &query, &[("Origin", PAGE)]).await.is_ok());
    for origin in [
        "https://app.example.com.evil.io",
        "http://app.example.com",
        "https://app.example.com:8443",
        "http://localhost:5173",
        "null",
    ] {
        assert_eq!(status(&machine, &query, &[("Origin", origin)]).await, 403, "{origin}");
        machine.logged(&["refused a client in spite of its token", origin]).await;
    }
    assert_eq!(status(&machine, "", &[("Origin", PAGE)]).await, 401);
    assert_eq!(status(&machine, &query, &[("Origin", PAGE), ("Origin", PAGE)]).await, 403);
}

/// A13: at the most talkative of levels, with good tokens and with bad ones.
#[tokio::test]
async fn no_token_is_ever_logged() {
    let mut machine = Machine::start_authorized(&["--log-level", "trace"]).await;
    let marker = "a-marker-in-a-claim";
    let token = machine.token(&["--subject", "ada", "--claim", &format!("tenant={marker}")]).await;
    let bad = format!("{token}AAAA");
    for token in [&token, &bad] {
        let (bearer, offer) = (format!("Bearer {token}"), format!("cloudevents.json, bearer.{token}"));
        let _ = connect(&machine, &format!("&token={token}"), &[]).await;
        let _ = connect(&machine, "", &[("Authorization", &bearer)]).await;
        let _ = connect(&machine, "", &[("Sec-WebSocket-Protocol", &offer)]).await;
        let _ = connect(&machine, &format!("&token={token}"), &[("Origin", "https://evil.io")]).await;
    }
    let client = connect(&machine, &format!("&token={token}"), &[]).await.unwrap();
    assert_gets_events(&machine, client).await;
    machine.logged(&["refused a client's token", "refused a client in spite of its token"]).await;
    assert_eq!(machine.stop().await, Some(0));
    let log = machine.log();
    assert!(log.contains("TRACE") && log.contains("authorize: "), "{log}");
    for part in token.split('.').skip(1).chain([marker]) {
        assert!(!log.contains(part), "{part} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn without_authorization_a_token_is_not_needed() {
    let machine = Machine::start().await;
    assert_gets_events(&machine, connect(&machine, "", &[]).await.unwrap()).await;
    assert_eq!(machine.processes_of("authorize").len(), 0);
}
