//! Items that something other than tablecast changed, or that a newer version wrote.

use serde_json::{Value, json};
use tablecast_connections::LookUp;
use tablecast_stand_in::{Fault, logs};

use super::*;

/// Attributes whose values cannot be read.
fn damages() -> [(&'static str, Value); 4] {
    [
        ("protocol", json!({ "S": "of-a-newer-version" })),
        ("ends_at", json!({ "S": "soon" })),
        ("expires_at", json!({ "NULL": true })),
        ("types", json!({ "N": "1" })),
    ]
}

fn damaged(id: &str) -> Subscriber {
    Subscriber { ends_at: 0, is_damaged: true, ..subscriber(id) }
}

async fn with_damage(attribute: &str, value: &Value) -> (StandIn, Connections) {
    logs::capture();
    let (stand_in, connections) = start().await;
    for id in ["a", "b"] {
        connections.open(&connection(id), patterns(["orders/*"])).await.unwrap();
    }
    stand_in.damage("a", &["pk", "sk"], attribute, value);
    (stand_in, connections)
}

#[tokio::test]
async fn a_damaged_subscription_marks_its_connection_and_no_other() {
    for (attribute, value) in damages() {
        let (_stand_in, connections) = with_damage(attribute, &value).await;
        let expected = vec![damaged("a"), subscriber("b")];
        assert_eq!(connections.subscribers(&pattern("orders/*")).await.unwrap(), expected, "{attribute}");
        let found = connections.look_up(&pattern("orders/*"), 9).await.unwrap();
        assert_eq!(found, LookUp::All(expected), "{attribute}");
    }
}

#[tokio::test]
async fn each_read_of_a_damaged_item_is_counted_and_logged_with_its_key() {
    let (_stand_in, connections) = with_damage("protocol", &json!({ "S": "new" })).await;
    connections.subscribers(&pattern("orders/*")).await.unwrap();
    assert_eq!([connections.take_damaged(), connections.take_damaged()], [1, 0]);
    for (field, expected) in [("table", TABLE), ("pk", "subscription#orders/*"), ("sk", "connection#a")] {
        assert_eq!(logs::values("ERROR", field), [expected]);
    }
}

#[tokio::test]
async fn a_connection_with_a_damaged_item_is_not_found_and_can_be_deleted() {
    for (attribute, value) in damages() {
        let (stand_in, connections) = with_damage(attribute, &value).await;
        assert_eq!(connections.find("a").await.unwrap(), None, "{attribute}");
        assert_eq!(connections.take_damaged(), 1, "{attribute}");
        connections.delete("a", CONNECTED_AT).await.unwrap();
        assert_eq!(stand_in.items(TABLE).len(), 3, "{attribute}");
        assert!(connections.find("b").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_start_that_cannot_be_read_counts_as_long_ago() {
    let (_stand_in, connections) = with_damage("connected_at", &json!({ "S": "" })).await;
    let subscribers = connections.subscribers(&pattern("orders/*")).await.unwrap();
    assert_eq!(subscribers, [Subscriber { connected_at: 0, ..damaged("a") }, subscriber("b")]);
}

#[tokio::test]
async fn an_attribute_of_an_unknown_type_is_damage_but_an_item_without_a_key_is_an_error() {
    let (stand_in, connections) = with_damage("types", &json!({ "SS": ["order.placed.v1"] })).await;
    let respond = |item: Value| {
        let page = json!({ "Items": [item], "Count": 1, "ScannedCount": 1 });
        stand_in.plan_always(&format!("{TABLE} Query"), Some(Fault::Response(page)));
    };
    let unknown = json!({ "NEW": "1" });
    respond(
        json!({ "pk": { "S": "subscription#orders/*" }, "sk": { "S": "connection#a" }, "ends_at": unknown }),
    );
    let subscribers = connections.subscribers(&pattern("orders/*")).await.unwrap();
    assert_eq!(subscribers, [Subscriber { connected_at: 0, ..damaged("a") }]);
    respond(json!({ "pk": { "S": "subscription#orders/*" }, "ends_at": unknown }));
    let error = connections.subscribers(&pattern("orders/*")).await.unwrap_err();
    assert!(error.to_string().contains("an attribute has an unknown type: update tablecast"), "{error}");
}

/// Damages an attribute of one kind of item of a connection with two subscriptions.
async fn with_one_damaged(is_kind: impl Fn(&Value) -> bool, attribute: &str) -> (StandIn, Connections) {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["orders/*", "users/*"])).await.unwrap();
    let mut items = stand_in.items(TABLE);
    items.retain(|item| is_kind(item));
    items.iter_mut().for_each(|item| item[attribute] = json!({ "S": "damaged" }));
    assert!(!items.is_empty());
    stand_in.import(TABLE, items);
    (stand_in, connections)
}

/// `dispatch` has the start of a mirror that it can read, and 0 otherwise.
#[tokio::test]
async fn a_connection_with_any_damaged_attribute_is_deleted_with_all_items() {
    type Kind = fn(&Value) -> bool;
    let kinds: [Kind; 3] = [
        |item| item["sk"]["S"] == "connection",
        |item| item["pk"]["S"] == "connection#a" && item["sk"]["S"] == "subscription#orders/*",
        |item| item["pk"]["S"] == "subscription#orders/*",
    ];
    for (number, is_kind) in kinds.into_iter().enumerate() {
        for attribute in ["connected_at", "expires_at", "ends_at", "protocol", "types", "revision", "refusal"]
        {
            for connected_at in [CONNECTED_AT, 0] {
                let (stand_in, connections) = with_one_damaged(is_kind, attribute).await;
                let deleted = connections.delete("a", connected_at).await;
                assert!(deleted.is_ok(), "{attribute} of kind {number}: {deleted:?}");
                assert_eq!(stand_in.items(TABLE), [Value::Null; 0], "{attribute} of kind {number}");
            }
        }
    }
}

#[tokio::test]
async fn a_connection_whose_starts_are_all_damaged_is_deleted() {
    let (stand_in, connections) = with_one_damaged(|_| true, "connected_at").await;
    connections.delete("a", 0).await.unwrap();
    assert_eq!(stand_in.items(TABLE), [Value::Null; 0]);
}

#[tokio::test]
async fn damage_of_an_earlier_connection_deletes_no_newer_one() {
    let is_mirror = |item: &Value| item["pk"]["S"] == "subscription#orders/*";
    let (stand_in, connections) = with_one_damaged(is_mirror, "connected_at").await;
    connections.delete("a", CONNECTED_AT - 1).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 5);
}
