//! Items of the table of connections, as DynamoDB returns them: a list. The same items have the same meaning, and no
//! connection has a pattern that nobody could send.

use aws_sdk_dynamodb::Client;
use serde_json::{Value as Json, json};
use tablecast_connections::Connections;

use super::item::TYPES;
use crate::stub::answered;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "connection_item", form: Form::Json, check, samples, words: &[TYPES, WORDS], inputs: 250 };

const WORDS: &[&str] = &[
    "pk",
    "sk",
    "connection",
    "connection#a",
    "subscription#orders/*",
    "channel",
    "connected_at",
    "expires_at",
    "ends_at",
    "protocol",
    "types",
    "revision",
    "refusal",
    "principal",
    "claims",
    "token_expires_at",
    "cloudevents.json",
    "cloudevents-batch.json",
    "source",
    "run_id",
    "started_after",
    "needed_to",
    "parts",
    "cursor_0",
    "owner_0",
    "leased_until_0",
    "cursor_1",
    "part",
    "wants",
    "reported_until",
    "18446744073709551615",
];

fn samples() -> Vec<String> {
    let number = |number: u64| json!({"N": number.to_string()});
    let item = |pk: &str, sk: &str| json!({"pk": {"S": pk}, "sk": {"S": sk}, "connected_at": number(1), "expires_at": number(9), "ends_at": number(9)});
    let with = |mut item: Json, more: Json| {
        item.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        item
    };
    let identity = json!({"protocol": {"S": "cloudevents.json"}, "revision": number(1), "principal": {"S": "ada"}, "claims": {"S": "{}"}, "token_expires_at": number(8)});
    let own = with(item("connection#a", "connection"), identity);
    let subscription = with(
        item("connection#a", "subscription#orders/*"),
        json!({"types": {"L": [{"S": "order.placed.v1"}]}}),
    );
    let mirror = with(
        item("subscription#orders/*", "connection#a"),
        json!({"protocol": {"S": "cloudevents-batch.json"}}),
    );
    let run = json!({"pk": {"S": "subscription#orders/*"}, "sk": {"S": "channel"}, "source": {"S": "tablecast/orders"}, "run_id": number(1), "started_after": number(1),
        "needed_to": number(5), "parts": number(2), "cursor_0": number(1), "owner_0": number(0), "leased_until_0": number(0), "cursor_1": number(1), "owner_1": number(0), "leased_until_1": number(0)});
    let worker = json!({"pk": {"S": "fanout#workers"}, "sk": {"S": "a#0"}, "source": {"S": "tablecast/orders"}, "part": number(0), "wants": number(9), "reported_until": number(9)});
    [json!([own, subscription]), json!([mirror, run]), json!([run]), json!([worker])]
        .map(|items| items.to_string())
        .to_vec()
}

fn check(text: &str) {
    let Ok(Json::Array(items)) = serde_json::from_str(text) else { return };
    let count = items.len();
    let answer = json!({"Items": items, "Count": count, "ScannedCount": count, "Item": items.first(), "ConsumedCapacity": {}}).to_string();
    let answers = ["Query", "GetItem"].map(|operation| (operation, answer.clone()));
    let read = || answered(&answers, |aws| read(Connections::new(Client::new(aws), "connections")));
    assert_eq!(read(), read());
}

async fn read(connections: Connections) -> String {
    let session = connections.find("a").await;
    if let Ok(Some(session)) = &session {
        assert_eq!(session.connection.id, "a");
    }
    let subscribers =
        connections.subscribers(&tablecast_protocol::subject::Pattern::parse("orders/*").unwrap()).await;
    let run = connections.run("tablecast/orders").await;
    if let Ok(Some(run)) = &run {
        assert!(!run.parts.is_empty() && run.parts.len() <= 16);
        run.unleased_parts(0).for_each(|part| assert!(part < run.parts.len()));
        assert!(run.part_of("a") < run.parts.len());
        _ = run.is_done();
    }
    let workers = connections.worker_reports(0).await;
    let runs = connections.runs(0, 0).await;
    // Which attribute an error names is not the same each time.
    format!("{:?} {:?} {run:?} {workers:?} {runs:?}", session.ok(), subscribers.ok())
}
