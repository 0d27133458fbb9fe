//! A connection's start and end.

use tablecast_connections::{MAX_PATTERNS, OpenError};

use super::*;

#[tokio::test]
async fn a_connection_is_found_by_its_patterns_and_by_no_other() {
    let (_stand_in, connections) = start().await;
    connections.open(&connection("a="), patterns(["orders/*", "profiles/1"])).await.unwrap();
    let expected = [subscriber("a=")];
    for text in ["orders/*", "profiles/1"] {
        assert_eq!(connections.subscribers(&pattern(text)).await.unwrap(), expected);
    }
    for text in ["*", "orders/1", "profiles/*"] {
        assert_eq!(connections.subscribers(&pattern(text)).await.unwrap(), []);
    }
}

#[tokio::test]
async fn the_mirror_holds_the_sub_protocol() {
    let (_stand_in, connections) = start().await;
    let batch = Connection { protocol: Protocol::Batch, ..connection("a") };
    connections.open(&batch, patterns(["orders/*"])).await.unwrap();
    let subscribers = connections.subscribers(&pattern("orders/*")).await.unwrap();
    assert_eq!(subscribers, [Subscriber { protocol: Protocol::Batch, ..subscriber("a") }]);
}

#[tokio::test]
async fn a_connection_without_patterns_is_one_item() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), BTreeSet::new()).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 1);
}

#[tokio::test]
async fn one_transaction_of_patterns_is_accepted_and_one_more_is_refused() {
    let (stand_in, connections) = start().await;
    let most = patterns((0..MAX_PATTERNS).map(|n| format!("orders/{n}")));
    connections.open(&connection("a"), most).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 1 + 2 * MAX_PATTERNS);
    let too_many = patterns((0..=MAX_PATTERNS).map(|n| format!("orders/{n}")));
    let refusal = connections.open(&connection("b"), too_many).await.unwrap_err();
    assert!(matches!(refusal, OpenError::TooManyPatterns(50)), "{refusal}");
    assert_eq!(stand_in.items(TABLE).len(), 1 + 2 * MAX_PATTERNS);
}

#[tokio::test]
async fn deleting_a_connection_deletes_all_its_items_and_no_others() {
    let (stand_in, connections) = start().await;
    for first in [0, MAX_PATTERNS] {
        let many = patterns((first..first + MAX_PATTERNS).map(|n| format!("orders/{n}")));
        connections.open(&connection("a"), many).await.unwrap();
    }
    connections.open(&connection("b"), patterns(["orders/1"])).await.unwrap();
    connections.delete("a", CONNECTED_AT).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 3);
    assert_eq!(connections.subscribers(&pattern("orders/1")).await.unwrap()[0].id, "b");
}

#[tokio::test]
async fn deleting_an_unknown_connection_is_not_an_error() {
    let (_stand_in, connections) = start().await;
    connections.delete("nobody", CONNECTED_AT).await.unwrap();
}

#[tokio::test]
async fn a_late_delete_does_not_touch_a_newer_connection_with_the_same_id() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["orders/*"])).await.unwrap();
    connections.delete("a", CONNECTED_AT - 1).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 3);
    connections.delete("a", CONNECTED_AT).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 0);
}

#[tokio::test]
async fn the_error_names_a_missing_table() {
    let (stand_in, connections) = start().await;
    stand_in.delete_table(TABLE);
    let error = connections.subscribers(&pattern("*")).await.unwrap_err().to_string();
    assert!(error.contains(TABLE) && error.contains("ResourceNotFound"), "{error}");
}
