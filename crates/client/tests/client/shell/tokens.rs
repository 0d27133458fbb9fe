use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde_json::json;
use tablecast_client::{Client, State};
use tokio::sync::mpsc::unbounded_channel;
use tokio::sync::oneshot;

use super::server::Server;
use super::{advance, within};
use crate::server_events::refreshed;

const ALL: &[&str] = &["orders/*"];

/// The shortest time until a refresh.
const SHORTEST: Duration = Duration::from_secs(10);

/// The claims {"sub":"ada","exp":1}: expired long ago, so the client refreshes it after the shortest time.
const EXPIRED: &str = "h.eyJzdWIiOiJhZGEiLCJleHAiOjF9.s";

#[tokio::test]
async fn each_connection_and_each_refresh_gets_a_token_of_its_own() {
    let server = Server::start().await;
    let calls = AtomicU32::new(0);
    let client = Client::builder(server.url()).token(move || {
        let call = calls.fetch_add(1, Ordering::Relaxed);
        let token = if call == 0 { EXPIRED.to_owned() } else { format!("token-{call}") };
        std::future::ready(Ok(token))
    });
    let client = client.start().unwrap();
    let _orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 1).await;
    assert_eq!(connection.headers["Authorization"], format!("Bearer {EXPIRED}"));
    advance(SHORTEST).await;
    let refresh = connection.receive().await;
    assert_eq!(refresh, json!({"action": "refresh", "token": "token-1", "id": "2"}));
    connection.send(&[refreshed(1_000_000, &[], Some("2"))]).await;
    drop(connection);
    assert_eq!(server.live(ALL, 1).await.headers["Authorization"], "Bearer token-2");
}

#[tokio::test]
async fn a_token_that_cannot_be_read_is_the_reason_and_tried_again() {
    let server = Server::start().await;
    let calls = AtomicU32::new(0);
    let (reasons, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let client = Client::builder(server.url()).token(move || {
        let failed = calls.fetch_add(1, Ordering::Relaxed) == 0;
        std::future::ready(if failed { Err("the issuer is down".into()) } else { Ok("new".to_owned()) })
    });
    let client = client.on_state(move |state, reason| {
        if state == State::Waiting {
            reasons.send(reason.to_string()).unwrap();
        }
    });
    let _client = client.start().unwrap();
    let connection = server.accept().await;
    assert_eq!(connection.headers["Authorization"], "Bearer new");
    assert_eq!(within(receiver.recv()).await.unwrap(), "cannot connect: no token: the issuer is down");
}

#[tokio::test]
async fn an_empty_token_is_the_reason_and_never_sent() {
    let server = Server::start().await;
    let calls = AtomicU32::new(0);
    let (reasons, mut receiver) = unbounded_channel();
    let client = Client::builder(server.url()).token(move || {
        let tokens = ["", EXPIRED, "", "new"];
        let call = calls.fetch_add(1, Ordering::Relaxed) as usize;
        std::future::ready(Ok(tokens.get(call).copied().unwrap_or_default().to_owned()))
    });
    let client = client.on_state(move |state, reason| {
        if state == State::Waiting {
            reasons.send(reason.to_string()).unwrap();
        }
    });
    let client = client.start().unwrap();
    let _orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 1).await;
    assert_eq!(within(receiver.recv()).await.unwrap(), "cannot connect: no token: the token is empty");
    advance(SHORTEST).await;
    advance(SHORTEST).await;
    assert_eq!(connection.receive().await["token"], "new");
}

#[tokio::test]
async fn a_request_for_a_new_token_ends_with_its_connection_and_with_the_client() {
    let server = Server::start().await;
    let calls = AtomicU32::new(0);
    let (requests, mut requested) = unbounded_channel();
    let client = Client::builder(server.url()).token(move || {
        let is_refresh = calls.fetch_add(1, Ordering::Relaxed) % 2 == 1;
        let requests = requests.clone();
        async move {
            let (_running, ended) = oneshot::channel::<()>();
            if is_refresh {
                requests.send(ended).unwrap();
                pending::<()>().await;
            }
            Ok(EXPIRED.to_owned())
        }
    });
    let client = client.start().unwrap();
    let _orders = client.subscribe(["orders/*"]).open();
    let connection = server.live(ALL, 1).await;
    advance(SHORTEST).await;
    let ended = within(requested.recv()).await.unwrap();
    drop(connection);
    assert!(within(ended).await.is_err());
    let _connection = server.live(ALL, 1).await;
    advance(SHORTEST).await;
    let ended = within(requested.recv()).await.unwrap();
    within(client.close()).await;
    assert!(within(ended).await.is_err());
}
