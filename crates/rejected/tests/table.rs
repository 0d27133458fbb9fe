//! The table of rejected records over the wire, against a stand-in for DynamoDB.
#![allow(clippy::unwrap_used)]

use serde_json::json;
use tablecast_rejected::{Cause, RejectedTable, StoredRecord, pack, unpack};
use tablecast_stand_in::{Fault, StandIn};

const TABLE: &str = "rejected";

fn cause(reason: &str) -> Cause {
    Cause { path: "data.total".to_owned(), reason: reason.to_owned() }
}

fn stored(pipe: &str, id: &str, packed: Vec<u8>) -> StoredRecord {
    StoredRecord::new(pipe.to_owned(), id.to_owned(), 7, cause("is missing"), packed)
}

async fn table(all: &[StoredRecord]) -> (StandIn, RejectedTable) {
    let stand_in = StandIn::in_process(&[TABLE]);
    let table = RejectedTable::new(stand_in.dynamodb(), TABLE.to_owned());
    for one in all {
        table.store(one).await.unwrap();
    }
    (stand_in, table)
}

/// The reader does not know how the writer stores a record: both have one layout.
#[tokio::test(start_paused = true)]
async fn records_are_listed_as_they_were_stored_and_leave_with_all_parts() {
    let small = stored("orders", "e1", pack(r#"{"eventID":"e1"}"#).unwrap());
    let large = stored("orders", "e2", vec![7; 1_000_000]);
    let (stand_in, table) = table(&[small.clone(), large.clone()]).await;
    assert_eq!(stand_in.items(TABLE).len(), 4);
    for pipes in [vec![], vec!["orders".to_owned()]] {
        let found = table.list(&pipes, |_| true).await.unwrap();
        assert_eq!((&found.complete, found.unknown), (&vec![small.clone(), large.clone()], 0));
        assert_eq!(unpack(&found.complete[0].packed).unwrap(), r#"{"eventID":"e1"}"#);
    }
    assert!(table.remove(&large.record).await.unwrap());
    assert_eq!(stand_in.items(TABLE).len(), 1);
    assert!(!table.remove(&large.record).await.unwrap(), "it has left");
}

#[tokio::test(start_paused = true)]
async fn only_the_wanted_records_of_the_pipes_are_listed() {
    let all =
        [("orders", "e1"), ("orders", "e2"), ("carts", "e1")].map(|(pipe, id)| stored(pipe, id, vec![1]));
    let (_stand_in, table) = table(&all).await;
    let found = table.list(&["orders".to_owned()], |record| record.id == "e1").await.unwrap();
    assert_eq!(found.complete, all[..1]);
    assert_eq!(table.list(&[], |record| record.id == "e1").await.unwrap().complete.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn all_parts_get_another_cause_unless_the_record_changed() {
    let large = stored("orders", "e1", vec![7; 400_000]);
    let (_stand_in, table) = table(std::slice::from_ref(&large)).await;
    assert!(table.set_cause(&large.record, &cause("is odd")).await.unwrap());
    let found = table.list(&[], |_| true).await.unwrap();
    assert_eq!((found.complete[0].record.parts, &found.complete[0].record.cause), (2, &cause("is odd")));
    assert!(!table.set_cause(&large.record, &cause("is late")).await.unwrap(), "it changed");
    assert!(!table.remove(&large.record).await.unwrap(), "it changed");
}

#[tokio::test(start_paused = true)]
async fn a_response_without_its_proof_is_no_success() {
    let (stand_in, table) = table(&[]).await;
    let record = stored("orders", "e1", vec![1]);
    for operation in ["PutItem", "TransactWriteItems"] {
        stand_in.plan(&format!("{TABLE} {operation}"), [Fault::Response(json!({}))]);
    }
    let errors = [table.store(&record).await.unwrap_err(), table.remove(&record.record).await.unwrap_err()];
    assert!(errors.iter().all(|error| error.to_string().contains("ConsumedCapacity")), "{errors:?}");
}
