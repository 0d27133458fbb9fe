//! Clients receive every event that they subscribed to, once and in order, and no other.

use tablecast_tests::deployment::Deployment;
use tablecast_tests::items::{order, profile};
use tablecast_tests::socket::Socket;

use crate::{named, parsed};

/// Returns the subjects with these names of all new items that a client received.
async fn subjects_of(client: Socket, names: &[&str]) -> Vec<String> {
    let events = client.close().await;
    let events = events.iter().map(|text| parsed(text));
    let new_items = events
        .filter(|event| ["order.placed.v1", "profile.created.v1"].iter().any(|one| event["type"] == *one));
    let subjects = new_items.map(|event| event["subject"].as_str().unwrap().to_owned());
    let mut subjects: Vec<_> =
        subjects.filter(|subject| names.iter().any(|name| subject.ends_with(name))).collect();
    subjects.sort();
    subjects
}

#[tokio::test]
async fn a_client_receives_its_subscriptions_once_and_nothing_else() {
    let deployment = Deployment::find().await;
    let [ada, one, two] = ["ada", "one", "two"].map(|what| deployment.name(what));
    let (first, second) = (format!("orders/acme/{one}"), format!("orders/acme/{two}"));
    let nothing = deployment.connect(&ada, "", &[]).await.unwrap();
    let everything = deployment.subscribe(&ada, &["orders/acme/*", &format!("profiles/{ada}")]).await;
    let several = deployment.subscribe(&ada, &[&first, "orders/acme/*", &second, &first]).await;
    let listed = deployment.subscribe(&ada, &[&format!("profiles/{ada},{second}"), "invoices/*"]).await;

    deployment.put("profiles", &profile(&ada, "Ada")).await;
    deployment.put_all("orders", &[order(&one, "PLACED"), order(&two, "PLACED")]).await;
    deployment.wait_until_dispatched(&ada, &[&one, &two]).await;

    let names = [ada.as_str(), &one, &two];
    let profile = format!("profiles/{ada}");
    assert_eq!(subjects_of(nothing, &names).await, [""; 0]);
    assert_eq!(subjects_of(everything, &names).await, [&*first, &second, &profile]);
    assert_eq!(subjects_of(several, &names).await, [&*first, &second]);
    assert_eq!(subjects_of(listed, &names).await, [&*second, &profile]);
}

#[tokio::test]
async fn many_clients_receive_every_event_in_order() {
    const CLIENTS: usize = 30;
    let deployment = Deployment::find().await;
    let (id, subject) = named(&deployment, "orders/acme");
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(deployment.subscribe(&id, &[&subject]).await);
    }
    let statuses = ["PLACED", "PAID", "SHIPPED", "DELIVERED"];
    for status in statuses {
        deployment.put("orders", &order(&id, status)).await;
    }
    for client in &mut clients {
        assert_eq!(client.event().await["type"], "order.placed.v1");
        for status in &statuses[1..] {
            assert_eq!(client.event().await["data"]["to"], *status);
        }
    }
    for client in clients {
        client.close().await;
    }
    deployment.wait_for_subscriptions(&subject, 0).await;
}

#[tokio::test]
async fn only_the_cloudevents_sub_protocol_is_accepted() {
    let deployment = Deployment::find().await;
    let chosen = async |offers: &[&str]| {
        let client = deployment.connect("ada", "subscribe=profiles/ada", offers).await;
        client.map(|client| client.protocol)
    };
    assert_eq!(chosen(&[]).await.unwrap(), None);
    assert_eq!(chosen(&["cloudevents.json"]).await.unwrap().as_deref(), Some("cloudevents.json"));
    assert_eq!(chosen(&["mqtt", "cloudevents.json"]).await.unwrap().as_deref(), Some("cloudevents.json"));
    assert!(chosen(&["mqtt"]).await.is_err());
}
