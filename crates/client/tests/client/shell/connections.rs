use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tablecast_client::{Client, ClientBuilder, MemoryStore, State};

use super::server::Server;
use super::{next, within};
use crate::server_events::{SOURCE, end, order, recovered, refused, resumed, sources, subscribed};

const ALL: &[&str] = &["orders/*"];

/// States with their reasons and statuses.
type States = Arc<Mutex<Vec<(State, String, Option<u16>)>>>;

fn recorded(builder: ClientBuilder) -> (Client, States) {
    let states = States::default();
    let own = states.clone();
    let client = builder.on_state(move |state, reason| {
        own.lock().unwrap().push((state, reason.to_string(), reason.status()));
    });
    (client.start().unwrap(), states)
}

/// Returns the reason and the status of the last `waiting`.
fn waiting(states: &States) -> (String, Option<u16>) {
    let states = states.lock().unwrap();
    let last = states.iter().rev().find(|(state, ..)| *state == State::Waiting);
    last.map(|(_, reason, status)| (reason.clone(), *status)).unwrap()
}

#[tokio::test]
async fn a_client_receives_events_resumes_after_a_cut_and_closes() {
    let server = Server::start().await;
    let (client, states) = recorded(Client::builder(server.url()));
    let mut orders = client.subscribe(ALL.iter().copied()).types(["order.placed.v1"]).open();
    let mut connection = server.accept().await;
    let offer = "cloudevents-batch.json, cloudevents.json, tablecast.explain";
    assert_eq!(connection.headers["Sec-WebSocket-Protocol"], offer);
    assert_eq!(connection.headers.get("Authorization"), None);
    let message = connection.receive().await;
    assert_eq!(
        message,
        json!({"action": "subscribe", "subjects": ALL, "types": ["order.placed.v1"], "id": "1"})
    );
    let ready = tokio::spawn(orders.ready());
    connection.send(&[subscribed("1", ALL, &end(10)), order("orders/1", 11)]).await;
    assert_eq!(within(ready).await.unwrap(), Ok(()));
    assert_eq!(next(&mut orders).await, "orders/1 11");
    drop(connection);

    let mut connection = server.accept().await;
    let message = connection.receive().await;
    assert_eq!(message["after"], sources(&[(SOURCE, "e-11")]));
    connection.send(&[resumed("1", &[(SOURCE, recovered("e-12"))]), order("orders/1", 11)]).await;
    connection.send(&[order("orders/1", 12), subscribed("1", ALL, &end(12))]).await;
    assert_eq!(next(&mut orders).await, "orders/1 12");
    let closing = tokio::spawn(connection.closed());
    within(client.close()).await;
    within(closing).await.unwrap();
    assert!(within(orders.next()).await.is_none());
    let names = states.lock().unwrap().iter().map(|(state, ..)| state.to_string()).collect::<Vec<_>>();
    let once = ["connecting", "subscribing", "live"];
    assert_eq!(names, [&once[..], &["waiting"], &once, &["closed"]].concat());
}

#[tokio::test]
async fn a_refused_connection_has_its_status_and_what_to_check_and_no_secret() {
    let server = Server::start().await;
    let (client, states) = recorded(Client::builder(format!("{}/live?token=secret", server.url())));
    let orders = client.subscribe(["orders/*"]).open();
    server.refuse(401).await;
    let mut connection = server.accept().await;
    let (reason, status) = waiting(&states);
    assert_eq!(status, Some(401));
    let text = format!("{}/live did not open: 401 Unauthorized no (the token is missing", server.url());
    assert!(reason.starts_with(&text), "{reason}");
    connection.receive().await;
    connection.send(&[refused(403, "not-granted", "The token grants nothing.")]).await;
    server.accept().await;
    let (reason, status) = waiting(&states);
    assert_eq!(status, Some(403));
    assert!(reason.contains("not-granted") && reason.contains("The token grants nothing."), "{reason}");
    assert!(!format!("{states:?}").contains("secret"));
    drop(orders);
}

#[tokio::test]
async fn without_a_server_the_reason_names_the_address() {
    let (client, states) = recorded(Client::builder("ws://127.0.0.1:1"));
    let mut changes = 0;
    while changes < 2 {
        within(tokio::time::sleep(Duration::from_millis(10))).await;
        changes = states.lock().unwrap().len();
    }
    let (reason, status) = waiting(&states);
    assert_eq!(status, None);
    assert!(
        reason.starts_with("ws://127.0.0.1:1 did not open: ")
            && reason.contains("check that the server runs")
    );
    client.close().await;
}

#[tokio::test]
async fn a_binary_frame_ends_the_connection() {
    let server = Server::start().await;
    let (client, states) = recorded(Client::builder(server.url()));
    let _orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 1).await;
    connection.send_binary().await;
    server.accept().await;
    assert_eq!(waiting(&states).0, "the server sent a binary frame");
}

#[tokio::test]
async fn a_check_of_the_connection_pings_at_once() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 1).await;
    within(orders.ready()).await.unwrap();
    client.check_connection();
    assert_eq!(connection.receive().await["action"], "ping");
    assert_eq!(client.state().0, State::Live);
}

#[tokio::test]
async fn an_address_that_can_never_open_is_an_error_without_its_query() {
    for url in ["", "localhost:8787", "http://a?token=secret", "ws://"] {
        let error = Client::builder(url).start().err().unwrap().to_string();
        assert!(error.contains("wss://") && !error.contains("secret"), "{error}");
    }
}

#[tokio::test]
async fn a_dropped_client_closes_its_connection_and_subscriptions() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let connection = server.live(ALL, 1).await;
    within(orders.ready()).await.unwrap();
    drop(client);
    connection.closed().await;
    assert!(within(orders.next()).await.is_none());
}

#[tokio::test]
async fn a_close_frame_of_the_server_gets_one_in_reply() {
    let server = Server::start().await;
    let (client, states) = recorded(Client::builder(server.url()));
    let _orders = client.subscribe(["orders/*"]).open();
    server.live(ALL, 1).await.close().await;
    server.accept().await;
    assert_eq!(waiting(&states).0, "the connection closed without a code");
}

#[tokio::test]
async fn a_panic_in_a_function_of_the_application_closes_its_subscriptions() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).on_state(|state, _| assert_ne!(state, State::Live));
    let client = client.store(MemoryStore::default()).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let _connection = server.live(ALL, 1).await;
    while within(orders.next()).await.is_some() {}
    within(client.close()).await;
}

#[tokio::test]
async fn a_subscription_that_opens_after_the_client_is_dropped_is_closed() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let orders = client.subscribe(["orders/*"]);
    let _connection = server.accept().await;
    drop(client);
    assert!(within(orders.open().next()).await.is_none());
}

#[tokio::test]
async fn a_close_does_not_wait_for_a_server_that_reads_nothing() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let subjects = (0..20_000).map(|number| format!("orders/{number}/{}", "x".repeat(1_000)));
    let _orders = client.subscribe(subjects).open();
    let _connection = server.accept().await;
    while client.state().0 != State::Subscribing {
        within(tokio::time::sleep(Duration::from_millis(10))).await;
    }
    within(client.close()).await;
}

#[tokio::test]
async fn a_close_does_not_wait_for_a_server_that_never_closes() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let orders = client.subscribe(ALL.iter().copied()).open();
    let _connection = server.live(ALL, 1).await;
    within(orders.ready()).await.unwrap();
    within(client.close()).await;
}
