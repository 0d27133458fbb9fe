//! The consumers of other teams in `examples/consumers`, with events of the local mode's bus and its database
//! (docs/guides/consume-from-the-bus.md).

use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use tablecast_protocol::notice;
use tablecast_tests::consumers::{Consumer, Invocation};
use tablecast_tests::dynamodb::DynamoDb;
use tablecast_tests::eventually::eventually;
use tablecast_tests::http::Http;
use tablecast_tests::items::order;
use tablecast_tests::local_mode::LocalMode;
use tablecast_tests::{node, project};

/// Writes three orders, and returns the envelopes of their events in the order of the writes.
async fn envelopes(local: &LocalMode) -> [Value; 7] {
    let writes =
        [("1", "PLACED"), ("1", "PAID"), ("1", "SHIPPED"), ("2", "PLACED"), ("3", "PLACED"), ("3", "PAID")];
    for (id, status) in writes {
        local.dynamodb().put("orders", order(id, status)).await;
    }
    let mut cancelled = order("2", "CANCELLED");
    cancelled["cancelReason"] = json!({"S": "Out of stock."});
    local.dynamodb().put("orders", cancelled).await;
    let mut found = eventually("seven events on the bus", async || {
        let (_, body) = Http::default().get(&local.addresses().bus).await.unwrap();
        <[Value; 7]>::try_from(serde_json::from_slice::<Vec<Value>>(&body).unwrap()).ok()
    })
    .await;
    let key = |envelope: &Value| ["subject", "sequence"].map(|name| text(&envelope["detail"][name]));
    found.sort_by_key(key);
    found
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Returns a copy with another value at a place.
fn with(envelope: &Value, pointer: &str, value: Value) -> Value {
    let mut copy = envelope.clone();
    *copy.pointer_mut(pointer).unwrap() = value;
    copy
}

/// The same event, as a replay of the owner publishes it.
fn replayed(envelope: &Value) -> Value {
    let mut copy = with(envelope, "/id", "another-id".into());
    copy["detail"]["replayed"] = "fix-7".into();
    copy
}

fn too_large(envelope: &Value) -> Value {
    let notice: Value = serde_json::from_str(&notice(&envelope["detail"].to_string())).unwrap();
    let event_type = notice["type"].clone();
    with(&with(envelope, "/detail", notice), "/detail-type", event_type)
}

/// Returns a batch as Lambda reads it from a queue.
fn batch(bodies: &[String]) -> Value {
    let record = |(index, body): (usize, &String)| {
        json!({
            "messageId": format!("m{}", index + 1), "receiptHandle": "AQEB", "body": body, "messageAttributes": {},
            "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs", "awsRegion": "us-east-1",
            "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:billing",
        })
    };
    json!({"Records": bodies.iter().enumerate().map(record).collect::<Vec<_>>()})
}

fn bodies<const N: usize>(envelopes: [&Value; N]) -> [String; N] {
    envelopes.map(Value::to_string)
}

/// Creates a table as terraform/examples/subscriber does, and returns its name.
async fn table(database: &DynamoDb, consumer: Consumer) -> String {
    let name = format!("billing-{consumer:?}");
    let request = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "subject", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "subject", "AttributeType": "S"}],
    });
    database.call("CreateTable", request).await;
    name
}

/// Returns the item of an event with this status.
fn item(envelope: &Value, status: &str) -> Value {
    let detail = &envelope["detail"];
    json!({
        "subject": {"S": detail["subject"]}, "sequence": {"S": detail["sequence"]}, "eventId": {"S": detail["id"]},
        "orderId": detail["data"].get("orderId").map(|id| json!({"S": id})), "status": {"S": status},
    })
}

async fn items(database: &DynamoDb, table: &str) -> Vec<Value> {
    let mut items = database.scan(table).await;
    items.sort_by_key(|item| text(&item["subject"]["S"]));
    items
}

/// Checks the response of a function, and the counts of its last line.
fn assert_outcome(consumer: Consumer, invocation: &Invocation, failures: &[&str], counts: [u64; 5]) {
    let failures: Vec<_> = failures.iter().map(|id| json!({"itemIdentifier": id})).collect();
    assert_eq!(
        invocation.response,
        json!({"batchItemFailures": failures}),
        "{consumer:?}: {:?}",
        invocation.log
    );
    let last = invocation.log.last().unwrap();
    assert_eq!(last["message"], "batch", "{consumer:?}");
    let logged =
        ["stored", "skipped", "ignored", "parked", "failed"].map(|name| last[name].as_u64().unwrap());
    assert_eq!(logged, counts, "{consumer:?}: {:?}", invocation.log);
}

#[tokio::test]
async fn consumers_in_three_languages_store_the_same_and_fail_the_same_messages() {
    let preparations = Consumer::ALL.map(|consumer| tokio::task::spawn_blocking(move || consumer.prepare()));
    for preparation in preparations {
        preparation.await.unwrap();
    }
    let local = LocalMode::start().await;
    let events = envelopes(&local).await;
    for consumer in Consumer::ALL {
        let table = table(&local.dynamodb(), consumer).await;
        one_consumer(&local, consumer, &table, &events).await;
    }
}

async fn one_consumer(local: &LocalMode, consumer: Consumer, table: &str, events: &[Value; 7]) {
    let [placed, paid, shipped, placed2, cancelled2, placed3, paid3] = events;
    let (database, url) = (local.dynamodb(), &local.addresses().dynamodb);
    let invoke = async |table: &str, bodies: &[String]| consumer.invoke(url, table, &batch(bodies)).await;

    let unknown = with(&with(placed, "/detail/type", "order.archived.v1".into()), "/detail/data", json!({}));
    let invalid = with(paid, "/detail/data/to", "LOST".into());
    let notice = too_large(placed3);
    let mut mixed =
        bodies([placed, placed, shipped, paid, cancelled2, placed2, &unknown, &invalid, &notice, &notice]);
    mixed[9] = "no JSON".to_owned();
    let first = invoke(table, &mixed).await;
    assert_outcome(consumer, &first, &["m8", "m10"], [3, 3, 1, 1, 2]);
    let mut cancelled = item(cancelled2, "CANCELLED");
    cancelled["reason"] = json!({"S": "Out of stock."});
    let sequence = &placed3["detail"]["sequence"];
    let incomplete = json!({
        "subject": {"S": placed3["detail"]["subject"]}, "sequence": {"S": sequence},
        "eventId": {"S": notice["detail"]["id"]}, "incomplete": {"BOOL": true},
    });
    assert_eq!(
        items(&database, table).await,
        [item(shipped, "SHIPPED"), cancelled.clone(), incomplete],
        "{consumer:?}"
    );

    // SQS delivers the failed message again, the owner replays an event, and the parked order changes.
    let empty_id = with(paid3, "/detail/data/orderId", "".into());
    let again = bodies([&invalid, &replayed(paid), &replayed(shipped), placed3, paid3, &empty_id]);
    assert_outcome(consumer, &invoke(table, &again).await, &["m1", "m6"], [1, 3, 0, 0, 2]);
    let expected = [item(shipped, "SHIPPED"), cancelled, item(paid3, "PAID")];
    assert_eq!(items(&database, table).await, expected, "{consumer:?}");

    // Without a table, each event fails for itself.
    let failed = invoke("no-table", &bodies([placed, &unknown, paid])).await;
    assert_outcome(consumer, &failed, &["m1", "m3"], [0, 0, 1, 0, 2]);
}

#[test]
fn the_schemas_of_the_consumers_are_the_published_ones() {
    for entry in fs::read_dir(project().join("examples/consumers/schemas")).unwrap() {
        let copy = entry.unwrap().path();
        let published = project().join("schemas").join(copy.file_name().unwrap());
        assert_eq!(fs::read(&copy).unwrap(), fs::read(published).unwrap(), "{}", copy.display());
    }
}

#[tokio::test]
async fn quicktype_generates_types_for_java_go_and_csharp() {
    let folder = tempfile::tempdir().unwrap();
    let schema = project().join("examples/consumers/schemas/order.placed.v1.json");
    for (language, declaration) in [
        ("java", "public class OrderPlaced"),
        ("go", "type OrderPlaced struct"),
        ("csharp", "class OrderPlaced"),
    ] {
        let out = folder.path().join(language);
        node::generate_types(language, &schema, "OrderPlaced", &out).await;
        let files: Vec<_> = fs::read_dir(&out).unwrap().map(|file| file.unwrap().path()).collect();
        assert!(
            files.iter().any(|file| fs::read_to_string(file).unwrap().contains(declaration)),
            "{language}"
        );
        // The compilers of Go and C# are not part of the tests' tools.
        if language == "java" {
            let compiled = Command::new("javac").arg("-d").arg(folder.path()).args(files).status();
            assert!(compiled.expect("cannot start javac: install a JDK").success());
        }
    }
}
