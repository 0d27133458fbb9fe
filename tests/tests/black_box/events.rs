//! Events are typed, valid, without secrets, and the same on socket and bus.

use serde_json::json;
use tablecast_tests::deployment::Deployment;
use tablecast_tests::items::{SECRETS, order, profile};
use tablecast_tests::node::cloudevents_verdicts;
use tablecast_tests::schema::assert_data_is_valid;

use crate::{named, parsed, wscat};

#[tokio::test]
async fn every_change_of_a_profile_is_the_same_valid_event_in_wscat_and_on_the_bus() {
    let mut deployment = Deployment::find().await;
    let (id, subject) = named(&deployment, "profiles");
    let mut wscat = wscat(&deployment, &id, &subject).await;
    let mut lines = Vec::new();

    deployment.put("profiles", &profile(&id, "Ada")).await;
    lines.push(wscat.line().await);
    rename(&deployment, &id, "Ada Lovelace").await;
    lines.push(wscat.line().await);
    let key = json!({"userId": {"S": id}}).to_string();
    deployment.aws.run(&["dynamodb", "delete-item", "--table-name", "profiles", "--key", &key]).await;
    lines.push(wscat.line().await);

    let events: Vec<_> = lines.iter().map(|line| parsed(line)).collect();
    let types: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["profile.created.v1", "profile.changed.v1", "profile.deleted.v1"]);
    assert_eq!(events[1]["data"]["changed"], json!(["displayName"]));
    assert_eq!(events[1]["data"]["profile"]["displayName"], "Ada Lovelace");
    assert_eq!(events[2]["data"]["reason"], "deleted");
    assert_valid_and_on_the_bus(&mut deployment, &lines, &subject).await;
}

/// Changes the name, and the password hash that no event may contain.
async fn rename(deployment: &Deployment, id: &str, name: &str) {
    let key = json!({"userId": {"S": id}}).to_string();
    let values = json!({":name": {"S": name}, ":hash": {"S": SECRETS[0]}}).to_string();
    let update = ["--update-expression", "SET displayName = :name, passwordHash = :hash"];
    let what = ["--table-name", "profiles", "--key", &key, "--expression-attribute-values", &values];
    deployment.aws.run(&[&["dynamodb", "update-item"], &what[..], &update].concat()).await;
}

#[tokio::test]
async fn every_change_of_an_order_is_the_same_valid_event_in_wscat_and_on_the_bus() {
    let mut deployment = Deployment::find().await;
    let (id, subject) = named(&deployment, "orders/acme");
    let mut wscat = wscat(&deployment, &id, &subject).await;
    let mut lines = Vec::new();
    for status in ["PLACED", "PAID", "CANCELLED"] {
        deployment.put("orders", &order(&id, status)).await;
        lines.push(wscat.line().await);
    }
    let types: Vec<_> = lines.iter().map(|line| parsed(line)["type"].clone()).collect();
    assert_eq!(types, ["order.placed.v1", "order.status-changed.v1", "order.cancelled.v1"]);
    assert_eq!(parsed(&lines[0])["data"]["total"], "129.9");
    assert_valid_and_on_the_bus(&mut deployment, &lines, &subject).await;
}

/// Asserts that events are valid for the SDK and their schema, without secrets, in order, and the same on the
/// bus.
async fn assert_valid_and_on_the_bus(deployment: &mut Deployment, lines: &[String], subject: &str) {
    let events: Vec<_> = lines.iter().map(|line| parsed(line)).collect();
    events.iter().for_each(assert_data_is_valid);
    assert!(events.iter().all(|event| event["subject"] == subject), "{events:?}");
    assert!(events.is_sorted_by(|one, next| one["sequence"].as_str() < next["sequence"].as_str()));
    let texts: Vec<_> = lines.iter().map(String::as_str).collect();
    assert!(cloudevents_verdicts(&texts).await.iter().all(|verdict| verdict == "ok"));

    let ids: Vec<_> = events.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert_eq!(deployment.bus.events(&ids).await, events);
    for secret in SECRETS {
        assert!(!texts.concat().contains(secret), "{secret} in an event");
        assert!(!deployment.log().contains(secret), "{secret} in the log");
    }
}

#[tokio::test]
async fn a_change_of_an_unlisted_attribute_is_no_event() {
    let deployment = Deployment::find().await;
    let (id, subject) = named(&deployment, "profiles");
    let mut client = deployment.subscribe(&id, &[&subject]).await;
    let mut changed = profile(&id, "Ada");
    changed["passwordHash"]["S"] = "another".into();
    for item in [profile(&id, "Ada"), changed, profile(&id, "Ada Lovelace")] {
        deployment.put("profiles", &item).await;
    }
    assert_eq!(client.event().await["type"], "profile.created.v1");
    let next = client.event().await;
    assert_eq!(next["type"], "profile.changed.v1");
    assert_eq!(next["data"]["changed"], json!(["displayName"]));
}
