//! What an event is: typed, valid, without secrets, and the same on socket and bus.

use serde_json::json;
use tablecast_tests::items::{SECRETS, order, profile};
use tablecast_tests::node::cloudevents_verdicts;
use tablecast_tests::place::Place;
use tablecast_tests::schema::assert_data_is_valid;

use crate::{named, parsed, wscat};

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
