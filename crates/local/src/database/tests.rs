use std::path::Path;

use serde_json::{Value, json};
use tablecast_definitions::definition::{KeyType, Keys};
use tokio::net::TcpListener;

use super::schema::KEPT_RECORDS;
use super::*;
use crate::origins::Origins;

const REGION: &str = "us-east-1";

fn keys(partition: &str) -> Keys {
    Keys { partition: [(partition.to_owned(), KeyType::S)].into(), sort: None }
}

async fn with_orders(folder: Option<&Path>) -> Database {
    let database = Database::open(folder, REGION).unwrap();
    database.create_streamed_table("orders", &keys("id")).await.unwrap();
    database
}

/// Writes like an application over HTTP.
impl Database {
    pub fn put(&self, table: &str, item: Value) {
        let request = json!({"TableName": table, "Item": item});
        self.engine.put_item(serde_json::from_value(request).unwrap()).unwrap();
    }

    pub fn put_many(&self, table: &str, items: impl IntoIterator<Item = Value>) {
        let puts: Vec<_> = items.into_iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
        for chunk in puts.chunks(25) {
            let request = json!({"RequestItems": {table: chunk}});
            self.engine.batch_write_item(serde_json::from_value(request).unwrap()).unwrap();
        }
    }

    /// Makes items expire at their attribute `until`.
    pub fn enable_expiry(&self, table: &str) {
        let expiry = json!({"Enabled": true, "AttributeName": "until"});
        let request = json!({"TableName": table, "TimeToLiveSpecification": expiry});
        self.engine.update_time_to_live(serde_json::from_value(request).unwrap()).unwrap();
    }
}

impl Database {
    pub async fn count_stream_records(&self, table: &str) -> usize {
        read_all(self, table).await.len()
    }
}

fn put_orders(database: &Database, from: usize, count: usize) {
    database.put_many("orders", (from..from + count).map(order));
}

fn order(id: usize) -> Value {
    json!({"id": {"S": format!("o-{id}")}, "note": {"S": "x".repeat(200)}})
}

fn start() -> Position {
    Position { stream: String::new(), sequence: Sequence::START }
}

async fn read_all(database: &Database, table: &str) -> Vec<Record> {
    let (mut position, mut records) = (start(), Vec::new());
    loop {
        let page = database.read_stream(table, &position).await.unwrap().unwrap();
        if page.next == position {
            return records;
        }
        records.extend(page.records);
        position = page.next;
    }
}

#[tokio::test]
async fn a_change_has_the_shape_that_lambda_and_pipes_deliver() {
    let database = with_orders(None).await;
    database.put("orders", json!({"id": {"S": "1"}, "total": {"N": "10.50"}}));
    let records = read_all(&database, "orders").await;
    let json = &records[0].json;
    assert_eq!(json["eventName"], "INSERT");
    assert_eq!(json["eventVersion"], "1.1");
    assert_eq!(json["eventSource"], "aws:dynamodb");
    assert_eq!(json["awsRegion"], "us-east-1");
    let arn = json["eventSourceARN"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/"), "{arn}");
    assert!(json["dynamodb"]["ApproximateCreationDateTime"].is_number());
    assert_eq!(json["dynamodb"]["NewImage"]["total"]["N"], "10.5");
    // The key once as a key and once in the image, then `total` with 3 bytes for its digits.
    assert_eq!(json["dynamodb"]["SizeBytes"], 3 + 3 + 5 + 3);
    assert_eq!(json["dynamodb"]["SequenceNumber"], records[0].sequence.to_string());
    assert_eq!(json.get("userIdentity"), None);
    assert_eq!(records[0].event_id, json["eventID"]);
    assert_eq!(records[0].partition, r#"{"S":"1"}"#);
}

#[tokio::test]
async fn a_write_that_does_not_change_the_item_has_no_record() {
    let database = with_orders(None).await;
    let item = json!({"id": {"S": "1"}, "tags": {"SS": ["a", "b"]}, "n": {"N": "1"}});
    database.put("orders", item.clone());
    database.put("orders", item);
    database.put("orders", json!({"id": {"S": "1"}, "n": {"N": "2"}}));
    let names: Vec<_> =
        read_all(&database, "orders").await.iter().map(|r| r.json["eventName"].clone()).collect();
    assert_eq!(names, ["INSERT", "MODIFY"]);
}

#[tokio::test]
async fn the_delete_of_an_expired_item_has_the_identity_of_dynamodb() {
    let database = with_orders(None).await;
    database.enable_expiry("orders");
    database.put("orders", json!({"id": {"S": "1"}, "until": {"N": "1700000000"}}));
    assert_eq!(database.sweep_expired().await.unwrap(), 1);
    let records = read_all(&database, "orders").await;
    assert_eq!(records[1].json["eventName"], "REMOVE");
    let identity = json!({"type": "Service", "principalId": "dynamodb.amazonaws.com"});
    assert_eq!(records[1].json["userIdentity"], identity);
}

#[tokio::test]
async fn a_page_has_at_most_a_megabyte_but_always_a_record() {
    let database = with_orders(None).await;
    let large = |id: &str, letter: &str| json!({"id": {"S": id}, "note": {"S": letter.repeat(390_000)}});
    ["1", "2", "3", "4"].into_iter().for_each(|id| database.put("orders", large(id, "a")));
    ["1", "2"].into_iter().for_each(|id| database.put("orders", large(id, "b")));
    let (mut position, mut pages) = (start(), Vec::new());
    loop {
        let page = database.read_stream("orders", &position).await.unwrap().unwrap();
        if page.next == position {
            break;
        }
        pages.push(page.records.len());
        position = page.next;
    }
    // A changed item has two images, so its record has 780 KB.
    assert_eq!(pages, [2, 2, 1, 1]);
}

#[tokio::test]
async fn a_page_has_at_most_a_thousand_records() {
    let database = with_orders(None).await;
    put_orders(&database, 0, 1_100);
    let page = database.read_stream("orders", &start()).await.unwrap().unwrap();
    assert_eq!(page.records.len(), 1_000);
    assert_eq!(database.read_stream("orders", &page.next).await.unwrap().unwrap().records.len(), 100);
}

#[tokio::test]
async fn a_table_without_a_stream_has_no_records() {
    let database = Database::open(None, REGION).unwrap();
    assert!(database.read_stream("orders", &start()).await.unwrap().is_none());
    database.create_expiring_table("connections").await.unwrap();
    assert!(database.read_stream("connections", &start()).await.unwrap().is_none());
    assert!(database.stream_end("connections").await.unwrap().is_none());
}

#[tokio::test]
async fn latest_is_after_all_earlier_writes() {
    let database = with_orders(None).await;
    put_orders(&database, 0, 3);
    let end = database.stream_end("orders").await.unwrap().unwrap();
    put_orders(&database, 3, 2);
    let page = database.read_stream("orders", &end).await.unwrap().unwrap();
    assert_eq!(page.records.len(), 2);
}

#[tokio::test]
async fn a_table_created_again_shows_only_its_new_records() {
    let database = with_orders(None).await;
    put_orders(&database, 0, 3);
    let old = database.stream_end("orders").await.unwrap().unwrap();
    let request = serde_json::from_value(json!({"TableName": "orders"})).unwrap();
    database.engine.delete_table(request).unwrap();
    database.create_streamed_table("orders", &keys("id")).await.unwrap();
    put_orders(&database, 3, 1);
    assert_eq!(read_all(&database, "orders").await.len(), 1);
    let page = database.read_stream("orders", &old).await.unwrap().unwrap();
    assert_eq!(page.records.len(), 1, "a position in the old stream stands for the beginning of the new one");
}

#[tokio::test]
async fn a_stream_disabled_and_enabled_again_is_a_new_stream() {
    let database = with_orders(None).await;
    put_orders(&database, 0, 3);
    let old = database.stream_end("orders").await.unwrap().unwrap();
    let off = json!({"TableName": "orders", "StreamSpecification": {"StreamEnabled": false}});
    database.engine.update_table(serde_json::from_value(off).unwrap()).unwrap();
    assert!(database.read_stream("orders", &old).await.unwrap().is_none());
    database.create_streamed_table("orders", &keys("id")).await.unwrap();
    put_orders(&database, 3, 1);
    let page = database.read_stream("orders", &old).await.unwrap().unwrap();
    assert_ne!(page.next.stream, old.stream);
    assert_eq!(page.records.len(), 1);
}

#[tokio::test]
async fn creating_a_table_again_keeps_it_but_rejects_another_key() {
    let database = with_orders(None).await;
    put_orders(&database, 0, 1);
    database.create_streamed_table("orders", &keys("id")).await.unwrap();
    assert_eq!(read_all(&database, "orders").await.len(), 1);
    let error = database.create_streamed_table("orders", &keys("orderId")).await.unwrap_err().to_string();
    assert!(error.contains("orders") && error.contains("another key"), "{error}");
    let number = Keys { partition: [("id".to_owned(), KeyType::N)].into(), sort: None };
    assert!(database.create_streamed_table("orders", &number).await.is_err());
    let two = Keys { partition: [("a".into(), KeyType::S), ("b".into(), KeyType::S)].into(), sort: None };
    assert!(database.create_streamed_table("pairs", &two).await.is_err());
}

#[tokio::test]
async fn an_unread_stream_keeps_its_newest_records() {
    let database = with_orders(None).await;
    put_orders(&database, 0, 15_000);
    let records = read_all(&database, "orders").await;
    let kept = KEPT_RECORDS as usize;
    assert!((kept..kept + 200).contains(&records.len()), "{}", records.len());
    assert_eq!(records.last().unwrap().json["dynamodb"]["Keys"]["id"]["S"], "o-14999");
}

#[tokio::test]
async fn records_are_not_trimmed_before_the_slowest_pipe_has_read_them() {
    let database = with_orders(None).await;
    database.save_checkpoint("slow", "orders", &start()).await.unwrap();
    put_orders(&database, 0, 20_000);
    let end = database.stream_end("orders").await.unwrap().unwrap();
    database.save_checkpoint("fast", "orders", &end).await.unwrap();
    assert_eq!(read_all(&database, "orders").await.len(), 20_000);

    database.save_checkpoint("slow", "orders", &end).await.unwrap();
    put_orders(&database, 20_000, 2_000);
    let left = read_all(&database, "orders").await.len();
    assert!((KEPT_RECORDS as usize..12_000).contains(&left), "{left}");
}

#[tokio::test]
async fn a_deleted_checkpoint_does_not_prevent_trimming() {
    let database = with_orders(None).await;
    for pipe in ["old", "new"] {
        database.save_checkpoint(pipe, "orders", &start()).await.unwrap();
    }
    database.delete_checkpoints_except(vec!["new".to_owned()]).await.unwrap();
    assert_eq!(database.checkpoint("old", "orders").await.unwrap(), None);
    assert_eq!(database.checkpoint("new", "orders").await.unwrap(), Some(start()));
    assert_eq!(database.checkpoint("new", "profiles").await.unwrap(), None);
}

#[tokio::test]
async fn the_checkpoints_table_has_deletion_protection() {
    let database = with_orders(None).await;
    let request = serde_json::from_value(json!({"TableName": "tablecast.checkpoints"})).unwrap();
    assert!(database.engine.delete_table(request).is_err());
}

#[tokio::test]
async fn data_in_a_folder_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let database = with_orders(Some(folder.path())).await;
    put_orders(&database, 0, 3);
    let end = database.stream_end("orders").await.unwrap().unwrap();
    database.save_checkpoint("orders", "orders", &end).await.unwrap();
    put_orders(&database, 3, 2);
    drop(database);

    let database = with_orders(Some(folder.path())).await;
    let position = database.checkpoint("orders", "orders").await.unwrap().unwrap();
    let page = database.read_stream("orders", &position).await.unwrap().unwrap();
    assert_eq!(page.records.len(), 2);
    assert_eq!(read_all(&database, "orders").await.len(), 5);
}

#[tokio::test]
async fn the_error_for_an_unusable_folder_names_the_data_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Database::open(Some(&file), REGION).err().unwrap().to_string();
    assert!(error.contains("data folder"), "{error}");
}

#[tokio::test]
async fn the_api_is_served_until_shutdown() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let database = with_orders(None).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let shutdown = async { stopped.await.unwrap_or_default() };
    let server = tokio::spawn(async move { database.serve(listener, Origins::default(), shutdown).await });
    let mut client = tokio::net::TcpStream::connect(address).await.unwrap();
    client.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await.unwrap();
    let mut response = String::new();
    client.read_to_string(&mut response).await.unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    stop.send(()).unwrap();
    server.await.unwrap();
}

#[tokio::test]
async fn a_stream_without_both_images_is_refused_with_the_fix() {
    let database = with_orders(None).await;
    database.check_table("orders", None).await.unwrap();
    database.check_table("missing", None).await.unwrap();
    for view in ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE"] {
        let table = format!("table-{view}");
        let request = json!({
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "StreamSpecification": {"StreamEnabled": true, "StreamViewType": view},
        });
        database.engine.create_table(serde_json::from_value(request).unwrap()).unwrap();
        let error = database.check_table(&table, None).await.unwrap_err().to_string();
        let fix = format!("update-table --table-name {table} --stream-specification StreamEnabled=false");
        assert!(error.contains(&format!("view type {view}")) && error.contains(&fix), "{error}");
    }
}

#[tokio::test]
async fn no_table_is_created_if_another_one_has_another_key() {
    let database = with_orders(None).await;
    let (id, number) = (keys("id"), keys("number"));
    let tables = [("lamps", Some(&id)), ("orders", Some(&number))];
    let error = database.create_streamed_tables(&tables).await.unwrap_err().to_string();
    assert!(error.contains("the table exists with another key"), "{error}");
    assert!(database.engine.get_table_metadata("lamps").unwrap().is_none());
    database.create_streamed_tables(&[("lamps", Some(&id)), ("orders", Some(&id))]).await.unwrap();
    assert!(database.engine.get_table_metadata("lamps").unwrap().is_some());
}
