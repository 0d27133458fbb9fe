use serde_json::json;
use tablecast_client::{Client, NotReady, Refused, Timing};

use super::server::Server;
use super::{next, within};
use crate::server_events::{
    SOURCE, end, error, event, order, order_with, recovered, resumed, sources, subscribed, unsubscribed,
};

const ALL: &[&str] = &["orders/*"];

#[tokio::test]
async fn a_subscription_pauses_when_10_000_events_wait_and_resumes_when_none_does() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 0).await;
    within(orders.ready()).await.unwrap();
    let events: Vec<_> = (1..=10_100).map(|offset| order("orders/1", offset)).collect();
    for frame in events.chunks(100) {
        connection.send(frame).await;
    }
    assert_eq!(connection.receive().await, json!({"action": "unsubscribe", "subjects": ALL, "id": "2"}));
    connection.send(&[unsubscribed("2", ALL)]).await;
    let reading = tokio::spawn(async move {
        for offset in 1..=10_100 {
            assert_eq!(next(&mut orders).await, format!("orders/1 {offset}"));
        }
        orders
    });
    let message = connection.receive().await;
    let last = message["after"][SOURCE].as_str().unwrap().rsplit_once('-').unwrap().1.parse().unwrap();
    assert!((10_000..=10_100).contains(&last), "{message}");
    connection.send(&[resumed("3", &[(SOURCE, recovered("e-10100"))])]).await;
    connection.send(&events[last as usize..]).await;
    connection.send(&[subscribed("3", ALL, &end(10_100))]).await;
    within(reading).await.unwrap();
}

#[tokio::test]
async fn an_item_that_was_not_taken_waits_for_the_next_call() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 0).await;
    within(orders.ready()).await.unwrap();
    tokio::select! {
        biased;
        _ = orders.next() => panic!("no event yet"),
        () = std::future::ready(()) => {}
    }
    connection.send(&[order("orders/1", 1), order_with("orders/1", 2, json!({"late": true}))]).await;
    assert_eq!([next(&mut orders).await, next(&mut orders).await], ["orders/1 1", "late orders/1 2"]);
}

#[tokio::test]
async fn while_the_application_is_busy_only_the_newest_event_of_each_subject_waits() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).newest_only().open();
    let mut connection = server.live(ALL, 0).await;
    within(orders.ready()).await.unwrap();
    let events: Vec<_> =
        (1..=20_000).map(|offset| order(&format!("orders/{}", offset % 7), offset)).collect();
    for frame in events.chunks(100) {
        connection.send(frame).await;
    }
    // The confirmation of another subscription follows all events.
    let others = client.subscribe(["users/1"]).open();
    assert_eq!(connection.receive().await["subjects"], json!(["users/1"]));
    connection.send(&[subscribed("2", &["users/1"], &[("tablecast/users", "e-1")])]).await;
    within(others.ready()).await.unwrap();
    for offset in 19_994..=20_000 {
        assert_eq!(next(&mut orders).await, format!("orders/{} {offset}", offset % 7));
    }
    orders.handled();
    connection.send(&[order("orders/1", 20_001)]).await;
    assert_eq!(next(&mut orders).await, "orders/1 20001");
    let resumed = client.subscribe(["orders/*"]).bookmark(orders.bookmark().unwrap()).open();
    assert_eq!(connection.receive().await["after"], sources(&[(SOURCE, "e-20000")]));
    drop(resumed);
}

#[tokio::test]
async fn a_refused_subscription_is_not_ready() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.accept().await;
    connection.receive().await;
    connection.send(&[error(Some("1"), "bad-message", false)]).await;
    let refused = Refused { subject: "orders/*".to_owned(), reason: "try again".to_owned() };
    assert_eq!(within(orders.ready()).await, Err(NotReady::Refused(refused)));
    let closed = client.subscribe(["profiles/*"]).open();
    let ready = closed.ready();
    drop(closed);
    assert_eq!(within(ready).await, Err(NotReady::Closed));
}

#[tokio::test]
async fn a_subscription_is_ready_with_one_of_its_subjects_and_not_if_all_are_refused() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let orders = client.subscribe(["orders/*", "users/*"]).open();
    let none = client.subscribe(["profiles/1", "profiles/2"]).open();
    let mut connection = server.accept().await;
    let request = connection.receive().await["id"].clone();
    let subjects = ["orders/*", "users/*", "profiles/1", "profiles/2"];
    let subjects = subjects.map(|subject| json!({"subject": subject, "granted": subject == "orders/*"}));
    let data = json!({"request": request, "subjects": subjects, "sources": {}});
    connection.send(&[event("tablecast.subscribed.v1", data, json!({}))]).await;
    assert_eq!(within(orders.ready()).await, Ok(()));
    let refused = Refused { subject: "profiles/2".to_owned(), reason: "not-granted".to_owned() };
    assert_eq!(within(none.ready()).await, Err(NotReady::Refused(refused)));
}

#[tokio::test]
async fn a_dropped_subscription_unsubscribes() {
    let server = Server::start().await;
    let client = Client::builder(server.url()).start().unwrap();
    let orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 0).await;
    within(orders.ready()).await.unwrap();
    drop(orders);
    assert_eq!(connection.receive().await["action"], "unsubscribe");
}

#[tokio::test]
async fn an_event_has_its_attributes_its_data_and_its_whole_text() {
    let server = Server::start().await;
    let timing = Timing::default();
    let client = Client::builder(server.url()).timing(timing).start().unwrap();
    let mut orders = client.subscribe(["orders/*"]).open();
    let mut connection = server.live(ALL, 0).await;
    let more = json!({"id": "1", "source": SOURCE, "subject": "orders/1", "sequence": "7", "time": "2026-01-01T00:00:00Z",
        "position": sources(&[("p", "e-1")])["p"]});
    let text = event("order.placed.v1", json!({"total": "TOTAL"}), more)
        .replace("\"TOTAL\"", "12345678901234567890.10");
    connection.send(std::slice::from_ref(&text)).await;
    let Some(tablecast_client::Item::Event(event)) = within(orders.next()).await else { panic!("no event") };
    assert_eq!(event.json(), text);
    let attributes =
        (event.id(), event.source(), event.event_type(), event.subject(), event.sequence(), event.time());
    let expected =
        ("1", SOURCE, "order.placed.v1", Some("orders/1"), Some("7"), Some("2026-01-01T00:00:00Z"));
    assert_eq!(attributes, expected);
    assert_eq!(event.position().unwrap().offset, 1);
    #[derive(serde::Deserialize)]
    struct Order {
        total: Box<serde_json::value::RawValue>,
    }
    assert_eq!(event.data::<Order>().unwrap().total.get(), "12345678901234567890.10");
}
