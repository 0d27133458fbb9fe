//! Changes of a connection's subscriptions.

use tablecast_connections::{Change, ChangeError, Identity, MAX_PATTERNS, Subscription};

use super::*;

/// A connection whose token expires at that time.
fn of_ada(token_expires_at: i64) -> Connection {
    let (principal, claims) = ("ada".to_owned(), r#"{"sub":"ada"}"#.to_owned());
    Connection { identity: Some(Identity { principal, claims, token_expires_at }), ..connection("a") }
}

#[tokio::test]
async fn items_end_with_the_token_and_expire_with_the_connection() {
    for (token, ends) in [(EXPIRES_AT - 1, EXPIRES_AT - 1), (EXPIRES_AT + 1, EXPIRES_AT)] {
        let (stand_in, connections) = start().await;
        connections.open(&of_ada(token), patterns(["*"])).await.unwrap();
        let session = connections.find("a").await.unwrap().unwrap();
        assert_eq!(session.connection, of_ada(token));
        connections.change(&session, &[keep("orders/*", &[])]).await.unwrap();
        let items = stand_in.items(TABLE);
        assert_eq!(items.len(), 5);
        for item in items {
            assert_eq!(item["ends_at"]["N"], ends.to_string(), "{item}");
            assert_eq!(item["expires_at"]["N"], EXPIRES_AT.to_string(), "{item}");
        }
    }
}

fn keep(text: &str, types: &[&str]) -> Change {
    let types = types.iter().map(ToString::to_string).collect();
    Change::Put(Subscription { pattern: pattern(text), types })
}

#[tokio::test]
async fn a_subscription_is_found_at_once_and_replaced_by_a_later_one() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    for types in [&["order.placed.v1"][..], &[]] {
        let session = connections.find("a").await.unwrap().unwrap();
        connections.change(&session, &[keep("orders/*", types)]).await.unwrap();
        let expected: BTreeSet<_> = types.iter().map(ToString::to_string).collect();
        let subscribers = connections.subscribers(&pattern("orders/*")).await.unwrap();
        assert_eq!(subscribers, [Subscriber { types: expected.clone(), ..subscriber("a") }]);
        let session = connections.find("a").await.unwrap().unwrap();
        assert_eq!(session.subscriptions, [Subscription { pattern: pattern("orders/*"), types: expected }]);
        assert_eq!(stand_in.items(TABLE).len(), 3);
    }
    let session = connections.find("a").await.unwrap().unwrap();
    connections.change(&session, &[Change::Remove(pattern("orders/*"))]).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 1);
}

#[tokio::test]
async fn many_changes_are_made_in_several_transactions() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    for many in [MAX_PATTERNS, MAX_PATTERNS + 1, 100] {
        let session = connections.find("a").await.unwrap().unwrap();
        let changes: Vec<_> = (0..many).map(|n| keep(&format!("orders/{n}"), &[])).collect();
        connections.change(&session, &changes).await.unwrap();
        assert_eq!(stand_in.items(TABLE).len(), 1 + 2 * many);
    }
}

#[tokio::test]
async fn the_second_change_of_the_same_state_is_not_made() {
    let (_stand_in, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    let session = connections.find("a").await.unwrap().unwrap();
    connections.change(&session, &[keep("orders/1", &[])]).await.unwrap();
    let overtaken = connections.change(&session, &[keep("orders/2", &[])]).await.unwrap_err();
    assert!(matches!(overtaken, ChangeError::Overtaken), "{overtaken}");
    assert_eq!(connections.subscribers(&pattern("orders/2")).await.unwrap(), []);
}

#[tokio::test]
async fn a_deleted_connection_is_unknown_and_accepts_no_subscription() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    let session = connections.find("a").await.unwrap().unwrap();
    connections.delete("a", CONNECTED_AT).await.unwrap();
    assert_eq!(connections.find("a").await.unwrap(), None);
    let refused = connections.change(&session, &[keep("orders/1", &[])]).await.unwrap_err();
    assert!(matches!(refused, ChangeError::Overtaken), "{refused}");
    assert_eq!(stand_in.items(TABLE).len(), 0);
}
