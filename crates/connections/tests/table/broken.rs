//! No response that is not a success counts as one, whichever operation it is for.

use tablecast_connections::{Change, Subscription};
use tablecast_stand_in::{Fault, broken_responses};

use super::*;

type Outcome = Result<(), String>;

fn outcome<T, E: ToString>(result: Result<T, E>) -> Outcome {
    result.map(drop).map_err(|error| error.to_string())
}

/// Every request of this crate, with a connection that was read before the responses broke.
async fn request(name: &str, connections: &Connections, session: &Session) -> Outcome {
    let change = Change::Put(Subscription::to(pattern("orders/2")));
    match name {
        "open" => outcome(connections.open(&connection("b"), patterns(["orders/*"])).await),
        "find" => outcome(connections.find("a").await),
        "subscribers" => outcome(connections.subscribers(&pattern("orders/*")).await),
        "change" => outcome(connections.change(session, &[change]).await),
        "delete" => outcome(connections.delete("a", CONNECTED_AT).await),
        "run" => outcome(connections.run("tablecast/orders/acme").await),
        "cover" => outcome(connections.cover("tablecast/orders/acme", 1..=1, None, 0).await),
        "runs" => outcome(connections.runs(0, 0).await),
        "worker_reports" => outcome(connections.worker_reports(0).await),
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn no_broken_response_is_a_success() {
    let cases = [
        ("open", "TransactWriteItems"),
        ("find", "Query"),
        ("subscribers", "Query"),
        ("change", "TransactWriteItems"),
        ("delete", "Query"),
        ("run", "GetItem"),
        ("cover", "GetItem"),
        ("cover", "UpdateItem"),
        ("runs", "Query"),
        ("worker_reports", "Query"),
        ("delete", "TransactWriteItems"),
    ];
    let (stand_in, connections) = start().await;
    connections.open(&connection("a"), patterns(["orders/*"])).await.unwrap();
    let session = connections.find("a").await.unwrap().unwrap();
    let items = stand_in.items(TABLE);
    for (name, operation) in cases {
        for fault in broken_responses() {
            let planned = format!("{TABLE} {operation}");
            stand_in.plan_always(&planned, Some(fault.clone()));
            let result = request(name, &connections, &session).await;
            assert!(result.is_err(), "{name}: {operation} with {fault:?}");
            stand_in.plan_always(&planned, None);
        }
    }
    assert_eq!(stand_in.items(TABLE), items);
    assert_eq!(connections.subscribers(&pattern("orders/*")).await.unwrap(), [subscriber("a")]);
}

#[tokio::test]
async fn a_write_whose_response_is_broken_is_made_once_it_is_repeated() {
    let (stand_in, connections) = start().await;
    let planned = format!("{TABLE} TransactWriteItems");
    for fault in [Fault::Body(200, "{}"), Fault::Body(200, ""), Fault::Body(500, "null")] {
        stand_in.plan_always(&planned, Some(fault));
        connections.open(&connection("a"), patterns(["orders/*"])).await.unwrap_err();
        stand_in.plan_always(&planned, None);
        connections.open(&connection("a"), patterns(["orders/*"])).await.unwrap();
        assert_eq!(stand_in.items(TABLE).len(), 3);
        connections.delete("a", CONNECTED_AT).await.unwrap();
    }
}
