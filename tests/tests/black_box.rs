//! What tablecast promises, seen from outside: by the AWS CLI, wscat, the CloudEvents SDK and a WebSocket client.
//!
//! On the one-machine mode, or on the deployment that the environment names (docs/emulator.md).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use tablecast_tests::items::{SECRETS, order, order_of, profile};
use tablecast_tests::node::{Printer, cloudevents_verdicts};
use tablecast_tests::patience::eventually;
use tablecast_tests::place::Place;
use tablecast_tests::schema::assert_data_is_valid;
use tablecast_tests::socket::{Socket, with_query};

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// wscat, once it is connected.
async fn wscat(place: &Place, user: &str, pattern: &str) -> Printer {
    let token = place.token(user, "acme").await;
    let printer = Printer::wscat(&with_query(&place.clients, &format!("subscribe={pattern}&token={token}")));
    place.listened_to(pattern, 1).await;
    printer
}

#[tokio::test]
async fn every_change_of_a_profile_is_a_valid_event_for_wscat_and_the_same_on_the_bus() {
    let mut place = Place::find().await;
    let (id, subject) = named(&place, "profiles");
    let mut wscat = wscat(&place, &id, &subject).await;
    let mut lines = Vec::new();

    place.put("profiles", &profile(&id, "Ada")).await;
    lines.push(wscat.line().await);
    rename(&place, &id, "Ada Lovelace").await;
    lines.push(wscat.line().await);
    let key = json!({"userId": {"S": id}}).to_string();
    place.aws.run(&["dynamodb", "delete-item", "--table-name", "profiles", "--key", &key]).await;
    lines.push(wscat.line().await);

    let events: Vec<_> = lines.iter().map(|line| parsed(line)).collect();
    let types: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["profile.created.v1", "profile.changed.v1", "profile.deleted.v1"]);
    assert_eq!(events[1]["data"]["changed"], json!(["displayName"]));
    assert_eq!(events[1]["data"]["profile"]["displayName"], "Ada Lovelace");
    assert_eq!(events[2]["data"]["reason"], "deleted");
    assert_good_and_on_the_bus(&mut place, &lines, &subject).await;
}

/// A name of its own, and the subject that goes with it.
fn named(place: &Place, kind: &str) -> (String, String) {
    let id = place.name("ada");
    let subject = format!("{kind}/{id}");
    (id, subject)
}

/// Changes the password as well, which no event may tell.
async fn rename(place: &Place, id: &str, name: &str) {
    let key = json!({"userId": {"S": id}}).to_string();
    let values = json!({":name": {"S": name}, ":hash": {"S": SECRETS[0]}}).to_string();
    let update = ["--update-expression", "SET displayName = :name, passwordHash = :hash"];
    let what = ["--table-name", "profiles", "--key", &key, "--expression-attribute-values", &values];
    place.aws.run(&[&["dynamodb", "update-item"], &what[..], &update].concat()).await;
}

#[tokio::test]
async fn every_change_of_an_order_is_a_valid_event_for_wscat_and_the_same_on_the_bus() {
    let mut place = Place::find().await;
    let (id, subject) = named(&place, "orders/acme");
    let mut wscat = wscat(&place, &id, &subject).await;
    let mut lines = Vec::new();
    for status in ["PLACED", "PAID", "CANCELLED"] {
        place.put("orders", &order(&id, status)).await;
        lines.push(wscat.line().await);
    }
    let types: Vec<_> = lines.iter().map(|line| parsed(line)["type"].clone()).collect();
    assert_eq!(types, ["order.placed.v1", "order.status-changed.v1", "order.cancelled.v1"]);
    assert_eq!(parsed(&lines[0])["data"]["total"], "129.9");
    assert_good_and_on_the_bus(&mut place, &lines, &subject).await;
}

/// Valid by the official SDK and by its own schema, without secrets, in order, and byte for byte on the bus.
async fn assert_good_and_on_the_bus(place: &mut Place, lines: &[String], subject: &str) {
    let events: Vec<_> = lines.iter().map(|line| parsed(line)).collect();
    events.iter().for_each(assert_data_is_valid);
    assert!(events.iter().all(|event| event["subject"] == subject), "{events:?}");
    assert!(events.is_sorted_by(|one, next| one["sequence"].as_str() < next["sequence"].as_str()));
    let texts: Vec<_> = lines.iter().map(String::as_str).collect();
    assert!(cloudevents_verdicts(&texts).await.iter().all(|verdict| verdict == "ok"));

    let ids: Vec<_> = events.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(place.bus.of(&ids).await, events);
    for secret in SECRETS {
        assert!(!texts.concat().contains(secret), "{secret} in an event");
        assert!(!place.log().contains(secret), "{secret} in the log");
    }
}

#[tokio::test]
async fn a_change_of_what_no_event_names_is_no_event() {
    let place = Place::find().await;
    let (id, subject) = named(&place, "profiles");
    let mut client = place.subscribe(&id, &[&subject]).await;
    let mut changed = profile(&id, "Ada");
    changed["passwordHash"]["S"] = "another".into();
    for item in [profile(&id, "Ada"), changed, profile(&id, "Ada Lovelace")] {
        place.put("profiles", &item).await;
    }
    assert_eq!(client.event().await["type"], "profile.created.v1");
    let next = client.event().await;
    assert_eq!(next["type"], "profile.changed.v1");
    assert_eq!(next["data"]["changed"], json!(["displayName"]));
}

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

#[tokio::test]
async fn in_two_terminals_two_tenants_each_see_their_own_orders_only() {
    let place = Place::find().await;
    let ids = ["one", "two"].map(|what| place.name(what));
    let mut terminals = Vec::new();
    for tenant in ["acme", "globex"] {
        let token = place.token("ada", tenant).await;
        let all = ids.each_ref().map(|id| format!("orders/acme/{id},orders/globex/{id}")).join(",");
        let query = format!("subscribe={all}&token={token}");
        terminals.push((tenant, Printer::wscat(&with_query(&place.clients, &query))));
        place.listened_to(&format!("orders/{tenant}/{}", ids[1]), 1).await;
    }
    for id in &ids {
        place.put("orders", &order_of("globex", id, "PLACED")).await;
        place.put("orders", &order_of("acme", id, "PLACED")).await;
    }
    for (tenant, mut wscat) in terminals {
        for id in &ids {
            assert_eq!(parsed(&wscat.line().await)["subject"], format!("orders/{tenant}/{id}"));
        }
    }
}

#[tokio::test]
async fn a_refused_subject_comes_back_refused_while_its_neighbour_works() {
    let place = Place::find().await;
    let (id, subject) = named(&place, "orders/acme");
    let mut client = place.connect(&id, "", &[]).await.unwrap();
    let foreign = format!("orders/globex/{id}");
    assert_eq!(
        client.ask_for(&[&foreign, &subject, "orders/*"]).await,
        ["not-granted", "granted", "not-granted"]
    );
    place.put("orders", &order_of("globex", &id, "PLACED")).await;
    place.put("orders", &order(&id, "PLACED")).await;
    assert_eq!(client.subjects(1).await, [subject.as_str()]);
    let pong = client.ask(json!({"action": "ping", "id": "mine"})).await;
    assert_eq!((&pong["type"], &pong["data"]["request"]), (&json!("tablecast.pong.v1"), &json!("mine")));
}

#[tokio::test]
async fn who_brings_no_good_token_does_not_come_in() {
    let place = Place::find().await;
    assert!(Socket::connect(&with_query(&place.clients, ""), &[]).await.is_err());
    let good = place.token("ada", "acme").await;
    let (signed, _) = good.rsplit_once('.').unwrap();
    for bad in [format!("{signed}."), format!("{signed}.AAAA"), "token".to_owned()] {
        assert!(
            Socket::connect(&with_query(&place.clients, &format!("token={bad}")), &[]).await.is_err(),
            "{bad}"
        );
    }
    assert!(Socket::connect(&with_query(&place.clients, &format!("token={good}")), &[]).await.is_ok());
}

#[tokio::test]
async fn what_breaks_its_schema_is_kept_whole_and_its_neighbours_arrive() {
    let place = Place::find().await;
    let ids = ["before", "bad", "between", "nameless", "after"].map(|what| place.name(what));
    let mut clients = Vec::new();
    for id in [0, 2, 4].map(|good| &ids[good]) {
        let subject = format!("profiles/{id}");
        clients.push((place.subscribe(id, &[&subject]).await, subject));
    }
    let mut items = ids.each_ref().map(|id| profile(id, "Ada"));
    items[1]["email"] = json!({"S": "nonsense"});
    items[1]["logins"] = json!({"N": "12345678901234567890123456789012345678"});
    items[3].as_object_mut().unwrap().remove("displayName");
    place.put_all("profiles", &items).await;
    for (client, subject) in &mut clients {
        assert_eq!(client.subjects(1).await, [subject.as_str()]);
    }

    let bad = rejected(&place, &ids[1]).await;
    assert_is_told(&bad, "profile.created.v1/email", "not a \"email\"");
    let nameless = rejected(&place, &ids[3]).await;
    assert_is_told(&nameless, "events[0].data.displayName", "there is no displayName");
    let kept = record(&bad);
    assert_eq!(kept["dynamodb"]["NewImage"], items[1]);
    assert_eq!(kept["eventID"], bad["sk"]["S"]);
    assert_eq!((&kept["eventName"], &kept["eventSource"]), (&"INSERT".into(), &"aws:dynamodb".into()));
}

/// The record inside a rejected item: JSON, zstd; base64 in DynamoDB's own form.
fn record(item: &Value) -> Value {
    let bytes = BASE64_STANDARD.decode(item["record"]["B"].as_str().unwrap()).unwrap();
    serde_json::from_slice(&zstd::decode_all(bytes.as_slice()).unwrap()).unwrap()
}

/// The rejected item about this profile.
async fn rejected(place: &Place, id: &str) -> Value {
    eventually(&format!("the rejected record of {id}"), async || {
        let items = place.scan(&place.rejected_table).await;
        items.into_iter().find(|item| record(item)["dynamodb"]["Keys"]["userId"]["S"] == id)
    })
    .await
}

fn assert_is_told(item: &Value, path: &str, reason: &str) {
    assert_eq!((&item["pk"]["S"], &item["path"]["S"]), (&"profiles".into(), &path.into()));
    assert!(item["reason"]["S"].as_str().unwrap().contains(reason), "{item}");
    let number = |name: &str| item[name]["N"].as_str().unwrap().parse::<u64>().unwrap();
    assert_eq!(number("expires_at") - number("at"), 30 * 24 * 3600);
}
