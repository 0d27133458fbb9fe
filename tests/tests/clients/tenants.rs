//! A tenant receives only its own orders, whatever it subscribes to.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tablecast_tests::items::{order_of, profile};
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::socket::{HandshakeError, Socket};

/// Connects with a token of a tenant.
async fn connect(local: &LocalMode, tenant: &str, query: &str) -> Result<Socket, HandshakeError> {
    let token = local.token(&["--subject", "ada", "--claim", &format!("tenant={tenant}")]).await;
    with_token(local, &token, query).await
}

async fn with_token(local: &LocalMode, token: &str, query: &str) -> Result<Socket, HandshakeError> {
    let bearer = format!("Bearer {token}");
    let url = format!("{}/?{query}", local.addresses().clients);
    Socket::with_headers(&url, &[("Authorization", &bearer)]).await
}

async fn token_for(local: &LocalMode, subject: &str, tenant: &str, span: &str) -> String {
    let tenant = format!("tenant={tenant}");
    local.token(&["--subject", subject, "--claim", &tenant, "--expires", span]).await
}

/// Subscribes in the address. The tests of functions/subscribe cover messages.
#[tokio::test]
async fn no_address_gives_access_to_the_orders_of_another_tenant() {
    let local = LocalMode::start_with_auth(&[]).await;
    for attempt in [
        "orders/globex/*",
        "orders%2Fglobex%2F*",
        "orders/GLOBEX/*",
        "orders/%67lobex/*",
        "*",
        "orders/*",
        "orders/acme",
        "orders/%2567lobex/*",
        "orders/acme/../globex",
        "orders/acme%00/*",
        "orders/acme/",
        "orders/%D0%B0cme/*",
        "orders/acme./*",
        "orders//acme/*",
        "connection%23x",
        "orders/acme/*/x",
    ] {
        let refusal = connect(&local, "acme", &format!("subscribe={attempt}")).await.err();
        let own = attempt == "orders/acme/../globex";
        let status = refusal.map(|refusal| refusal.status);
        assert!(
            if own { status.is_none() } else { matches!(status, Some(400 | 403)) },
            "{attempt}: {status:?}"
        );
    }
    for query in [
        "subscribe=orders/globex/*&tenant=globex",
        "subscribe=orders/globex/*&claims=%7B%22tenant%22:%22globex%22%7D",
    ] {
        assert_eq!(connect(&local, "acme", query).await.err().unwrap().status, 403);
    }
    for tenant in ["*", "acme/x", "", "globex,initech", "acme/x,*"] {
        let refusal = connect(&local, tenant, "subscribe=orders/acme/*").await;
        assert_eq!(refusal.err().unwrap().status, 403, "{tenant:?}");
    }
    let without_tenant = local.token(&["--subject", "ada"]).await;
    let refusal = with_token(&local, &without_tenant, "subscribe=orders/acme/*").await;
    assert_eq!(refusal.err().unwrap().status, 403);
}

/// `--claim tenant=acme,globex` is a list.
#[tokio::test]
async fn a_list_of_tenants_grants_the_orders_of_each_and_of_no_other() {
    let local = LocalMode::start_with_auth(&[]).await;
    let query = "subscribe=orders/acme/*,orders/globex/*,orders/initech/*";
    let mut client = connect(&local, "acme,globex", query).await.unwrap();
    for tenant in ["initech", "acme", "globex"] {
        local.dynamodb().put("orders", order_of(tenant, "1", "PLACED")).await;
    }
    let mut subjects = client.subjects(2).await;
    subjects.sort();
    assert_eq!(subjects, ["orders/acme/1", "orders/globex/1"]);
    local.wait_for_log(&["refused some subjects of a connection", "orders/initech/*"]).await;
}

/// `%252C` in an address is a comma in a subject.
#[tokio::test]
async fn an_address_can_subscribe_to_a_subject_with_a_comma() {
    let local = LocalMode::start_with_auth(&[]).await;
    let mut client = connect(&local, "acme", "subscribe=orders/acme/a%252Cb").await.unwrap();
    for order in ["a", "b", "a,b"] {
        local.dynamodb().put("orders", order_of("acme", order, "PLACED")).await;
    }
    assert_eq!(client.subjects(1).await, ["orders/acme/a,b"]);
}

/// docs/reference/protocol.md describes idle connections without messages.
#[tokio::test]
async fn a_connection_with_an_expired_token_gets_no_event_and_is_closed() {
    let local = LocalMode::start_with_auth(&[]).await;
    let short_token = token_for(&local, "ada", "acme", "15s").await;
    let mut subscribed_client = with_token(&local, &short_token, "subscribe=orders/acme/*").await.unwrap();
    let mut sending_client = with_token(&local, &short_token, "").await.unwrap();
    let mut long_lived_client = connect(&local, "acme", "subscribe=orders/acme/*").await.unwrap();
    local.dynamodb().put("orders", order_of("acme", "before", "PLACED")).await;
    assert_eq!(subscribed_client.subjects(1).await, ["orders/acme/before"]);
    wait_until_expired(&short_token).await;
    local.dynamodb().put("orders", order_of("acme", "after", "PLACED")).await;
    sending_client.send_json(json!({"action": "subscribe", "subjects": ["orders/acme/*"]})).await;
    for client in [&mut subscribed_client, &mut sending_client] {
        let last = client.event().await;
        assert_eq!((&last["data"]["code"], &last["data"]["closing"]), (&json!("expired"), &json!(true)));
        assert_eq!(client.close_code().await, 1000);
    }
    assert_eq!(long_lived_client.subjects(2).await, ["orders/acme/before", "orders/acme/after"]);
    let expired = with_token(&local, &short_token, "").await;
    assert_eq!(expired.err().unwrap().status, 401);
}

#[tokio::test]
async fn a_refresh_needs_a_token_of_the_same_subject_and_loses_no_event() {
    let local = LocalMode::start_with_auth(&[]).await;
    let short_token = token_for(&local, "ada", "acme", "15s").await;
    let mut client = with_token(&local, &short_token, "subscribe=orders/acme/*,profiles/ada").await.unwrap();
    for (subject, tenant, span) in [("eve", "acme", "1h"), ("ada", "acme", "0s")] {
        let other = token_for(&local, subject, tenant, span).await;
        let reply = client.request(json!({"action": "refresh", "token": other})).await;
        assert_eq!(reply["data"]["code"], "refresh-refused", "{subject} {span}");
    }
    let next = token_for(&local, "ada", "acme", "1h").await;
    let reply = client.request(json!({"action": "refresh", "token": next})).await;
    assert_eq!((&reply["type"], &reply["data"]["removed"]), (&json!("tablecast.refreshed.v1"), &json!([])));
    wait_until_expired(&short_token).await;
    local.dynamodb().put("orders", order_of("acme", "1", "PLACED")).await;
    assert_eq!(client.subjects(1).await, ["orders/acme/1"]);

    let moved = token_for(&local, "ada", "globex", "1h").await;
    let reply = client.request(json!({"action": "refresh", "token": moved})).await;
    assert_eq!(reply["data"]["removed"], json!(["orders/acme/*"]));
    local.dynamodb().put("orders", order_of("acme", "2", "PLACED")).await;
    local.dynamodb().put("profiles", profile("ada", "Ada")).await;
    assert_eq!(client.subjects(1).await, ["profiles/ada"]);
}

/// Waits in real time, because the test clock does not affect the functions.
async fn wait_until_expired(token: &str) {
    let claims = token.split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, claims).unwrap();
    let end = serde_json::from_slice::<Value>(&claims).unwrap()["exp"].as_u64().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(end).saturating_sub(now)).await;
}

/// Uses valid and invalid messages at log level trace.
#[tokio::test]
async fn a_token_in_a_message_is_never_logged() {
    let mut local = LocalMode::start_with_auth(&["--log-level", "trace"]).await;
    let marker = "a-marker-in-a-claim";
    let valid = token_for(&local, "ada", marker, "1h").await;
    let other = token_for(&local, "eve", marker, "1h").await;
    let mut client = with_token(&local, &valid, "").await.unwrap();
    for message in [
        json!({"action": "refresh", "token": valid}),
        json!({"action": "refresh", "token": other}),
        json!({"action": "refresh", "token": [valid]}),
        json!({"action": "refresh", "tokens": valid}),
        json!({"action": valid}),
        json!([valid]),
    ] {
        client.request(message).await;
    }
    local.wait_for_log(&["refused a new token"]).await;
    assert_eq!(local.stop().await, Some(0));
    let log = local.log();
    let parts = [&valid, &other].into_iter().flat_map(|token| token.split('.').skip(1));
    for part in parts {
        assert!(!log.contains(part), "{part} is in the log:\n{log}");
    }
}
