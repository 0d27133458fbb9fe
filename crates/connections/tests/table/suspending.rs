//! Connections that missed events and could not be closed.

use tablecast_connections::{Change, ChangeError, Subscription};

use super::*;

#[tokio::test]
async fn a_suspended_connection_stays_stored_but_is_not_found() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["*", "orders/1"])).await.unwrap();
    connections.suspend("a", CONNECTED_AT).await.unwrap();
    assert_eq!(connections.find("a").await.unwrap(), None);
    assert_eq!(stand_in.items(TABLE).len(), 5);
    for pattern in ["*", "orders/1"].map(pattern) {
        let subscribers = connections.subscribers(&pattern).await.unwrap();
        assert_eq!(subscribers, [Subscriber { ends_at: 0, ..subscriber("a") }]);
        assert!(subscribers[0].is_suspended());
    }
    connections.delete("a", CONNECTED_AT).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 0);
}

#[tokio::test]
async fn every_subscription_of_a_connection_is_suspended() {
    let (_stand_in, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    let subjects: Vec<_> = (0..100).map(|n| pattern(&format!("orders/{n}"))).collect();
    let puts: Vec<_> = subjects.iter().map(|one| Change::Put(Subscription::to(one.clone()))).collect();
    let session = connections.find("a").await.unwrap().unwrap();
    connections.change(&session, &puts).await.unwrap();
    connections.suspend("a", CONNECTED_AT).await.unwrap();
    for subject in &subjects {
        assert!(connections.subscribers(subject).await.unwrap()[0].is_suspended(), "{subject}");
    }
}

/// Otherwise the subscription would receive later events, which hide the missed ones.
#[tokio::test]
async fn a_message_that_began_before_the_suspension_changes_nothing() {
    let (_stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["orders/1"])).await.unwrap();
    let session = connections.find("a").await.unwrap().unwrap();
    connections.suspend("a", CONNECTED_AT).await.unwrap();
    for subject in ["orders/1", "orders/2"].map(pattern) {
        let put = Change::Put(Subscription::to(subject));
        let overtaken = connections.change(&session, &[put]).await.unwrap_err();
        assert!(matches!(overtaken, ChangeError::Overtaken), "{overtaken}");
    }
    assert!(connections.subscribers(&pattern("orders/1")).await.unwrap()[0].is_suspended());
    assert_eq!(connections.subscribers(&pattern("orders/2")).await.unwrap(), []);
}

#[tokio::test]
async fn an_unknown_or_newer_connection_is_not_suspended() {
    let (stand_in, connections) = start().await;
    connections.suspend("a", CONNECTED_AT).await.unwrap();
    assert_eq!(stand_in.items(TABLE).len(), 0);
    connections.open(&connection("a"), patterns(["orders/1"])).await.unwrap();
    connections.suspend("a", CONNECTED_AT - 1).await.unwrap();
    assert!(connections.find("a").await.unwrap().is_some());
}
