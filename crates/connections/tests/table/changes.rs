//! What becomes of a connection while it lasts.

use std::collections::BTreeSet;

use serde_json::json;
use tablecast_connections::{
    Change, ChangeError, Connection, Identity, Listener, MAX_PATTERNS, Subscription,
};

use super::*;

/// Of a token that ends at that time.
fn of_ada(token_expires_at: i64) -> Connection {
    let (principal, claims) = ("ada".to_owned(), r#"{"sub":"ada"}"#.to_owned());
    Connection { identity: Some(Identity { principal, claims, token_expires_at }), ..connection("a") }
}

#[tokio::test]
async fn every_item_ends_with_the_token_and_is_removed_when_the_connection_must_be_gone() {
    for (token, ends) in [(EXPIRES_AT - 1, EXPIRES_AT - 1), (EXPIRES_AT + 1, EXPIRES_AT)] {
        let (database, connections) = start().await;
        connections.open(&of_ada(token), patterns(["*"])).await.unwrap();
        let session = connections.find("a").await.unwrap().unwrap();
        assert_eq!(session.connection, of_ada(token));
        connections.change(&session, &[keep("orders/*", &[])]).await.unwrap();
        let request = serde_json::from_value(json!({ "TableName": TABLE })).unwrap();
        let answer = serde_json::to_value(database.scan(request).unwrap()).unwrap();
        assert_eq!(answer["Count"], 5);
        for item in answer["Items"].as_array().unwrap() {
            assert_eq!(item["ends_at"]["N"], ends.to_string(), "{item}");
            assert_eq!(item["expires_at"]["N"], EXPIRES_AT.to_string(), "{item}");
        }
    }
}

fn keep(text: &str, types: &[&str]) -> Change {
    let types = types.iter().map(ToString::to_string).collect();
    Change::Keep(Subscription { pattern: pattern(text), types })
}

#[tokio::test]
async fn a_subscription_is_found_at_once_with_its_types_and_replaced_by_a_later_one() {
    let (database, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    for types in [&["order.placed.v1"][..], &[]] {
        let session = connections.find("a").await.unwrap().unwrap();
        connections.change(&session, &[keep("orders/*", types)]).await.unwrap();
        let expected: BTreeSet<_> = types.iter().map(ToString::to_string).collect();
        let listeners = connections.listeners(&pattern("orders/*")).await.unwrap();
        assert_eq!(listeners, [Listener { types: expected.clone(), ..listener("a") }]);
        let session = connections.find("a").await.unwrap().unwrap();
        assert_eq!(session.subscriptions, [Subscription { pattern: pattern("orders/*"), types: expected }]);
        assert_eq!(items(&database), 3);
    }
    let session = connections.find("a").await.unwrap().unwrap();
    connections.change(&session, &[Change::Remove(pattern("orders/*"))]).await.unwrap();
    assert_eq!(items(&database), 1);
}

#[tokio::test]
async fn more_changes_than_a_transaction_holds_are_made_in_several() {
    let (database, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    for many in [MAX_PATTERNS, MAX_PATTERNS + 1, 100] {
        let session = connections.find("a").await.unwrap().unwrap();
        let changes: Vec<_> = (0..many).map(|n| keep(&format!("orders/{n}"), &[])).collect();
        connections.change(&session, &changes).await.unwrap();
        assert_eq!(items(&database), 1 + 2 * many);
    }
}

#[tokio::test]
async fn of_two_changes_to_the_same_state_the_later_is_not_made() {
    let (_, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    let session = connections.find("a").await.unwrap().unwrap();
    connections.change(&session, &[keep("orders/1", &[])]).await.unwrap();
    let overtaken = connections.change(&session, &[keep("orders/2", &[])]).await.unwrap_err();
    assert!(matches!(overtaken, ChangeError::Overtaken), "{overtaken}");
    assert_eq!(connections.listeners(&pattern("orders/2")).await.unwrap(), []);
}

#[tokio::test]
async fn a_connection_that_was_forgotten_is_unknown_and_takes_no_subscription() {
    let (database, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    let session = connections.find("a").await.unwrap().unwrap();
    connections.forget("a", CONNECTED_AT).await.unwrap();
    assert_eq!(connections.find("a").await.unwrap(), None);
    let refused = connections.change(&session, &[keep("orders/1", &[])]).await.unwrap_err();
    assert!(matches!(refused, ChangeError::Overtaken), "{refused}");
    assert_eq!(items(&database), 0);
}
