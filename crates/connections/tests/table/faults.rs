//! Responses that DynamoDB can give and an emulator does not.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tablecast_connections::{Change, ChangeError, Subscription};
use tablecast_stand_in::Fault;

use super::*;

const QUERY: &str = "connections Query";
const TRANSACTION: &str = "connections TransactWriteItems";

fn item(pk: &str, sk: &str) -> Value {
    json!({
        "pk": { "S": pk }, "sk": { "S": sk }, "connected_at": { "N": "1" }, "expires_at": { "N": "2000" },
        "ends_at": { "N": "2000" },
    })
}

fn page(items: &[Value]) -> Fault {
    Fault::Response(json!({ "Items": items, "Count": items.len() }))
}

fn succeed() -> Fault {
    Fault::Response(json!({ "ConsumedCapacity": [{ "TableName": TABLE, "CapacityUnits": 2.0 }] }))
}

/// The request bodies of an operation.
fn requests(stand_in: &StandIn, operation: &str) -> Vec<Value> {
    let seen = stand_in.seen();
    seen.calls.iter().filter(|(name, _)| name == operation).map(|(_, body)| body.clone()).collect()
}

fn deletes(request: &Value) -> &Vec<Value> {
    request["TransactItems"].as_array().unwrap()
}

#[tokio::test]
async fn every_page_is_read_even_after_an_empty_one() {
    let (stand_in, connections) = start().await;
    let next = json!({ "pk": { "S": "subscription#*" }, "sk": { "S": "connection#a" } });
    let empty = Fault::Response(json!({ "Items": [], "Count": 0, "LastEvaluatedKey": next }));
    stand_in.plan(QUERY, [empty, page(&[item("subscription#*", "connection#b")])]);
    let subscribers = connections.subscribers(&pattern("*")).await.unwrap();
    assert_eq!(subscribers[0].id, "b");
    let requests = requests(&stand_in, "Query");
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1]["ExclusiveStartKey"], next);
    assert!(requests.iter().all(|request| request["ConsistentRead"] == true));
}

#[tokio::test]
async fn a_delete_keeps_an_id_that_a_newer_connection_took_meanwhile() {
    let (stand_in, connections) = start().await;
    stand_in.plan(QUERY, [page(&[item("connection#a", "connection")])]);
    stand_in.plan(TRANSACTION, [Fault::Cancelled("ConditionalCheckFailed")]);
    connections.delete("a", 1).await.unwrap();
    assert!(stand_in.all_faults_fired());
}

/// The SDK does not retry cancelled transactions. When thousands of clients leave at once, many are cancelled.
#[tokio::test]
async fn a_delete_that_collides_or_is_throttled_is_made_later() {
    for code in ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"] {
        let (stand_in, connections) = start().await;
        connections.open(&connection("a"), patterns(["*", "orders/*"])).await.unwrap();
        stand_in.plan(TRANSACTION, vec![Fault::Cancelled(code); 3]);
        connections.delete("a", CONNECTED_AT).await.unwrap();
        assert!(stand_in.all_faults_fired(), "{code}");
        assert_eq!(stand_in.items(TABLE).len(), 0, "{code}");
    }
}

#[tokio::test]
async fn a_delete_that_fails_at_each_attempt_ends_with_an_error() {
    for (code, attempts) in [("ThrottlingError", 7), ("TransactionConflict", 7), ("ItemSizeLimit", 1)] {
        let (stand_in, connections) = start().await;
        connections.open(&connection("a"), []).await.unwrap();
        stand_in.plan_always(TRANSACTION, Some(Fault::Cancelled(code)));
        let error = connections.delete("a", CONNECTED_AT).await.unwrap_err();
        assert!(error.to_string().contains(TABLE), "{error}");
        assert_eq!(requests(&stand_in, "Query").len(), attempts, "{code}");
    }
}

/// 25,425 items stayed after 19,300 clients had left at once.
#[tokio::test]
async fn no_item_stays_when_many_clients_leave_at_once_and_are_throttled() {
    let (stand_in, connections) = start().await;
    let ids: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    for id in &ids {
        connections.open(&connection(id), patterns(["orders/*"])).await.unwrap();
    }
    let codes = ["ThrottlingError", "TransactionConflict"];
    stand_in.plan(TRANSACTION, (0..400).map(|n| Fault::Cancelled(codes[n % 2])));
    let left = join_all(ids.iter().map(|id| connections.delete(id, CONNECTED_AT))).await;
    assert!(left.iter().all(Result::is_ok), "{left:?}");
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.items(TABLE).len(), 0);
}

#[tokio::test]
async fn a_connection_is_deleted_with_one_query_and_one_transaction() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["*", "orders/*"])).await.unwrap();
    stand_in.seen().calls.clear();
    connections.delete("a", CONNECTED_AT).await.unwrap();
    assert_eq!(stand_in.seen().operations(), ["Query", "TransactWriteItems"]);
    assert_eq!(stand_in.items(TABLE).len(), 0);
}

#[tokio::test]
async fn a_change_between_the_query_and_the_delete_leaves_no_item() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["*"])).await.unwrap();
    let before = stand_in.items(TABLE);
    let own: Vec<Value> = before.into_iter().filter(|item| item["pk"]["S"] == "connection#a").collect();
    let session = connections.find("a").await.unwrap().unwrap();
    connections.change(&session, &[Change::Put(Subscription::to(pattern("orders/1")))]).await.unwrap();
    stand_in.plan(QUERY, [page(&own)]);
    connections.delete("a", CONNECTED_AT).await.unwrap();
    assert!(stand_in.all_faults_fired());
    assert_eq!(stand_in.items(TABLE).len(), 0);
}

#[tokio::test]
async fn many_items_are_deleted_in_several_transactions_with_the_connection_first() {
    let (stand_in, connections) = start().await;
    let mut items = vec![item("connection#a", "connection")];
    items.extend((0..51).map(|n| item("connection#a", &format!("subscription#orders/{n:02}"))));
    stand_in.plan(QUERY, [page(&items)]);
    stand_in.plan(TRANSACTION, [succeed(), succeed()]);
    connections.delete("a", 1).await.unwrap();
    let requests = requests(&stand_in, "TransactWriteItems");
    assert_eq!(requests.iter().map(|request| deletes(request).len()).collect::<Vec<_>>(), [99, 4]);
    assert_eq!(deletes(&requests[0])[0]["Delete"]["Key"]["sk"]["S"], "connection");
}

#[tokio::test]
async fn a_connection_is_unknown_even_if_its_deletion_stops_halfway() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), []).await.unwrap();
    for subjects in [0..49, 49..60] {
        let put = |n| {
            Change::Put(Subscription { pattern: pattern(&format!("orders/{n}")), types: BTreeSet::new() })
        };
        let session = connections.find("a").await.unwrap().unwrap();
        connections.change(&session, &subjects.map(put).collect::<Vec<_>>()).await.unwrap();
    }
    stand_in.plan(TRANSACTION, [Fault::None, Fault::Error(400, "ValidationException")]);
    connections.delete("a", CONNECTED_AT).await.unwrap_err();
    assert!(stand_in.all_faults_fired());
    assert!(connections.find("a").await.unwrap().is_none());
    connections.delete("a", CONNECTED_AT).await.unwrap();
    assert!(stand_in.items(TABLE).is_empty());
}

#[tokio::test]
async fn a_subscription_added_during_a_delete_is_deleted_too() {
    let (stand_in, connections) = start().await;
    let late = item("connection#a", "subscription#orders/1");
    stand_in.plan(QUERY, [page(&[item("connection#a", "connection")]), page(&[late])]);
    stand_in.plan(TRANSACTION, [succeed(), succeed()]);
    connections.delete("a", 1).await.unwrap();
    assert!(stand_in.all_faults_fired());
    let requests = requests(&stand_in, "TransactWriteItems");
    assert_eq!(deletes(&requests[1]).len(), 2);
}

#[tokio::test]
async fn a_change_that_collides_is_overtaken_and_any_other_failure_is_an_error() {
    for (code, overtaken) in
        [("ConditionalCheckFailed", true), ("TransactionConflict", true), ("ThrottlingError", false)]
    {
        let (stand_in, connections) = start().await;
        stand_in.plan(QUERY, [page(&[item("connection#a", "connection")])]);
        stand_in.plan(TRANSACTION, [Fault::Cancelled(code)]);
        let session = connections.find("a").await.unwrap().unwrap();
        let error = connections.change(&session, &[]).await.unwrap_err();
        assert_eq!(matches!(error, ChangeError::Overtaken), overtaken, "{error}");
    }
}

/// Taken for an empty result, such a response would lose events in silence.
#[tokio::test]
async fn a_response_without_items_is_an_error_and_not_an_empty_result() {
    let (stand_in, connections) = start().await;
    connections.open(&connection("a="), patterns(["orders/*"])).await.unwrap();
    for body in [json!({}), json!({ "Count": 0, "ScannedCount": 0 }), json!({ "Items": null })] {
        stand_in.plan("connections Query", vec![Fault::Response(body.clone()); 2]);
        let subscribers = connections.subscribers(&pattern("orders/*")).await;
        assert!(subscribers.is_err_and(|error| error.to_string().contains("has no Items")), "{body}");
        assert!(connections.find("a=").await.is_err(), "{body}");
    }
    assert_eq!(connections.subscribers(&pattern("orders/*")).await.unwrap(), [subscriber("a=")]);
}
