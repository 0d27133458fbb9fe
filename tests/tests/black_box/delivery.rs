//! Who gets what: all that they asked for, once and in order, and nothing else.

use tablecast_tests::items::{order, profile};
use tablecast_tests::place::Place;
use tablecast_tests::socket::Socket;

use crate::{named, parsed};

/// What a client gets of these.
async fn subjects_of(place: &Place, client: Socket, names: &[&str]) -> Vec<String> {
    place.everything_is_dispatched().await;
    let texts = client.hang_up().await;
    let subjects = texts.iter().map(|text| parsed(text)["subject"].as_str().unwrap().to_owned());
    let mut subjects: Vec<_> =
        subjects.filter(|subject| names.iter().any(|name| subject.ends_with(name))).collect();
    subjects.sort();
    subjects
}

#[tokio::test]
async fn a_client_gets_once_what_it_asked_for_and_nothing_else() {
    let place = Place::find().await;
    let [ada, one, two] = ["ada", "one", "two"].map(|what| place.name(what));
    let (first, second) = (format!("orders/acme/{one}"), format!("orders/acme/{two}"));
    let nothing = place.connect(&ada, "", &[]).await.unwrap();
    let everything = place.subscribe(&ada, &["orders/acme/*", &format!("profiles/{ada}")]).await;
    let several = place.subscribe(&ada, &[&first, "orders/acme/*", &second, &first]).await;
    let listed = place.subscribe(&ada, &[&format!("profiles/{ada},{second}"), "invoices/*"]).await;

    place.put("profiles", &profile(&ada, "Ada")).await;
    place.put_all("orders", &[order(&one, "PLACED"), order(&two, "PLACED")]).await;

    let names = [ada.as_str(), &one, &two];
    let profile = format!("profiles/{ada}");
    assert_eq!(subjects_of(&place, nothing, &names).await, [""; 0]);
    assert_eq!(subjects_of(&place, everything, &names).await, [&*first, &second, &profile]);
    assert_eq!(subjects_of(&place, several, &names).await, [&*first, &second]);
    assert_eq!(subjects_of(&place, listed, &names).await, [&*second, &profile]);
}

#[tokio::test]
async fn many_clients_get_every_event_in_order() {
    const CLIENTS: usize = 30;
    let place = Place::find().await;
    let (id, subject) = named(&place, "orders/acme");
    let mut clients = Vec::new();
    for _ in 0..CLIENTS {
        clients.push(place.subscribe(&id, &[&subject]).await);
    }
    let statuses = ["PLACED", "PAID", "SHIPPED", "DELIVERED"];
    for status in statuses {
        place.put("orders", &order(&id, status)).await;
    }
    for client in &mut clients {
        assert_eq!(client.event().await["type"], "order.placed.v1");
        for status in &statuses[1..] {
            assert_eq!(client.event().await["data"]["to"], *status);
        }
    }
    for client in clients {
        client.hang_up().await;
    }
    place.listened_to(&subject, 0).await;
}

#[tokio::test]
async fn the_sub_protocol_for_cloudevents_is_confirmed_and_no_other() {
    let place = Place::find().await;
    let chosen = async |offers: &[&str]| {
        let client = place.connect("ada", "subscribe=profiles/ada", offers).await;
        client.map(|client| client.protocol)
    };
    assert_eq!(chosen(&[]).await.unwrap(), None);
    assert_eq!(chosen(&["cloudevents.json"]).await.unwrap().as_deref(), Some("cloudevents.json"));
    assert_eq!(chosen(&["mqtt", "cloudevents.json"]).await.unwrap().as_deref(), Some("cloudevents.json"));
    assert!(chosen(&["mqtt"]).await.is_err());
}
