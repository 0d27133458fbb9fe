use std::sync::mpsc::channel;

use serde_json::{Value, json};
use tablecast_client::{Client, Collection, CollectionStatus, NotReady};

use super::server::{Connection, Server};
use super::within;
use crate::server_events::{SOURCE, end, error, event, position, state, subscribed};

const ALL: &[&str] = &["orders/*"];

fn order(number: u64, members: Value) -> String {
    let mut more = json!({"source": SOURCE, "subject": format!("orders/{number}")});
    more.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
    event("order.v1", json!({"total": number}), more)
}

/// Returns a live collection of the orders 1 and 2.
async fn live() -> (Server, Client, Collection, Connection) {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let orders = client.collection(["orders/*"], "order.v1").open();
    let mut connection = server.accept().await;
    let subscribe = connection.receive().await;
    assert_eq!(subscribe["types"], json!(["order.removed.v1", "order.v1"]));
    connection.send(&[subscribed("1", ALL, &end(10))]).await;
    let request = connection.receive().await;
    let id = request["id"].as_str().unwrap();
    let items = [order(1, json!({"snapshot": id})), order(2, json!({"snapshot": id}))];
    connection.send(&items).await;
    let complete = json!([{"subject": "orders/*", "complete": true, "items": 2}]);
    connection.send(&[state(id, complete, &end(10))]).await;
    within(orders.ready()).await.unwrap();
    (server, client, orders, connection)
}

fn subjects(orders: &Collection) -> Vec<String> {
    orders.view().items.keys().cloned().collect()
}

#[tokio::test]
async fn a_collection_shows_the_items_and_follows_their_changes() {
    let (_server, client, mut orders, mut connection) = live().await;
    let change = within(orders.changed()).await.unwrap();
    assert_eq!((change.replaced, change.subjects.len()), (true, 2));
    let first = orders.view();
    assert_eq!(
        (first.status, subjects(&orders)),
        (CollectionStatus::Live, vec!["orders/1".into(), "orders/2".into()])
    );
    assert_eq!(first.items["orders/2"].read::<Value>().unwrap(), json!({"total": 2}));
    let removed = json!({"source": SOURCE, "subject": "orders/1", "position": position("e-13")});
    let removed = event("order.removed.v1", json!({}), removed);
    let third = order(3, json!({"position": position("e-12")}));
    connection.send(&[third, removed]).await;
    let mut changed = Vec::new();
    while changed.len() < 2 {
        changed.extend(within(orders.changed()).await.unwrap().subjects);
    }
    assert_eq!(changed, ["orders/3", "orders/1"]);
    assert_eq!(subjects(&orders), ["orders/2", "orders/3"]);
    assert_eq!(first.items.len(), 2, "a view stays as it is");
    within(client.close()).await;
    assert!(within(orders.changed()).await.unwrap().subjects.is_empty());
    assert!(within(orders.changed()).await.is_none());
    assert_eq!((orders.view().status, orders.view().items.len()), (CollectionStatus::Closed, 2));
}

#[tokio::test]
async fn a_dropped_collection_unsubscribes() {
    let (_server, _client, orders, mut connection) = live().await;
    drop(orders);
    assert_eq!(connection.receive().await["action"], "unsubscribe");
}

#[tokio::test]
async fn a_refused_collection_is_not_ready_and_its_errors_arrive() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let (errors, received) = channel();
    let on_error = move |error| errors.send(format!("{error}")).unwrap();
    let orders = client.collection(["orders/*"], "order.v1").on_error(on_error).open();
    let mut connection = server.accept().await;
    connection.receive().await;
    connection.send(&[error(Some("1"), "bad-message", false)]).await;
    assert!(matches!(within(orders.ready()).await, Err(NotReady::Refused(_))));
    assert_eq!(orders.view().status, CollectionStatus::Refused);
    assert_eq!(received.try_recv().unwrap(), "the server refused the subscription to orders/*: try again");
    let closed = client.collection(["profiles/*"], "profile.v1").open();
    let ready = closed.ready();
    drop(closed);
    assert!(matches!(within(ready).await, Err(NotReady::Closed)));
}
