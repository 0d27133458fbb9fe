//! Items of a log, as DynamoDB returns them: `{"items": [...], "after": "..."}`. A damaged item is counted and skipped. No
//! item takes more memory than its events may have. `TEXT` is an attribute that the target compresses, so that mutations
//! reach the events.

use allocation_counter::measure;
use aws_sdk_dynamodb::Client;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};
use tablecast_event_log::Logs;

use super::event;
use super::item::TYPES;
use crate::stub::answered;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "log_item", form: Form::Json, check, samples, words: &[TYPES, WORDS], inputs: 250 };

const WORDS: &[&str] = &[
    "items",
    "after",
    "pk",
    "sk",
    "pipe",
    "epoch",
    "origin",
    "continues",
    "count",
    "appended_at",
    "expires_at",
    "writer_id",
    "batch_seq",
    "delivered_to",
    "newest",
    "repeats",
    "parts",
    "events",
    "end",
    "end_offset",
    "listed",
    "00000000000000000007",
    "99999999999999999999",
    "00000000000000ab",
    "00000000000000ab-7",
    "18446744073709551615",
];

const SOURCE: &str = "tablecast/orders/acme";
const NOW: i64 = 1_795_000_000_000;

/// The largest item has one event of 1 MB, of which several copies may exist at a time. The rest is the SDK.
const MAX_BYTES_OF_ITEM: u64 = 16 << 20;

fn compressed(text: &str) -> String {
    BASE64_STANDARD.encode(zstd::encode_all(text.as_bytes(), 3).unwrap())
}

fn item(first: u64, count: u64, events: &str) -> Json {
    let number = |number: i64| json!({"N": number.to_string()});
    json!({
        "pk": {"S": SOURCE}, "sk": {"S": format!("{first:020}")}, "pipe": {"S": "orders"}, "epoch": {"S": "00000000000000ab"},
        "origin": number(first as i64 - 1), "continues": {"S": "00000000000000aa"}, "count": number(count as i64),
        "appended_at": number(NOW - 1000), "expires_at": number(NOW / 1000 + 700_000), "writer_id": {"S": "00000000000000cd"},
        "batch_seq": number(3), "delivered_to": number(first as i64 - 1), "newest": number(NOW - 2000), "events": {"TEXT": events},
    })
}

fn samples() -> Vec<String> {
    let (event, many) = (event::order(), format!("[\"{}\"]", "a".repeat(3 << 20)));
    let end = json!({"pk": {"S": SOURCE}, "sk": {"S": "end"}, "epoch": {"S": "00000000000000ab"}, "origin": {"N": "6"},
        "end_offset": {"N": "9"}, "delivered_to": {"N": "9"}, "expires_at": {"N": "1900000000"}, "listed": {"M": {"orders": {"N": "1"}}}});
    let [one, two] = [item(7, 2, &format!("[{event},{event}]")), item(9, 1, &format!("[{event}]"))];
    let mut bomb = item(7, 1, "");
    bomb["events"] = json!({"B": compressed(&many)});
    let inputs = [json!([one, two, end]), json!([end, two]), json!([bomb]), json!([one])];
    inputs.map(|items| json!({"items": items, "after": "00000000000000ab-7"}).to_string()).to_vec()
}

fn check(text: &str) {
    let Ok(input) = serde_json::from_str::<Json>(text) else { return };
    let (mut items, after) = (input["items"].clone(), input["after"].as_str().unwrap_or_default());
    compress(&mut items);
    let count = items.as_array().map_or(0, Vec::len) as u64;
    let answer = json!({"Items": items, "Count": count, "ScannedCount": count}).to_string();
    let read =
        || answered(&[("Query", answer.clone())], |aws| read(Logs::new(Client::new(aws), "log"), after));
    let mut results = Vec::new();
    let memory = measure(|| results.push(read()));
    assert!(memory.bytes_max < MAX_BYTES_OF_ITEM * (1 + count), "{memory:?}");
    results.push(read());
    assert_eq!(results[0], results[1]);
}

/// Replaces `{"TEXT": "..."}` by the compressed text.
pub fn compress(value: &mut Json) {
    if let Some(text) = value.get("TEXT").and_then(Json::as_str) {
        *value = json!({"B": compressed(text)});
    }
    match value {
        Json::Array(values) => values.iter_mut().for_each(compress),
        Json::Object(members) => members.values_mut().for_each(compress),
        _ => {}
    }
}

async fn read(logs: Logs, after: &str) -> String {
    let following = logs.after(SOURCE, 6, 1 << 20).await;
    if let Ok(following) = &following {
        following.events.iter().for_each(|event| assert_event(&event.text));
    }
    let rest = logs.rest_of_item(SOURCE, 7).await;
    let replay = logs.resume(SOURCE, after, NOW, 100, |_| true).await;
    if let Ok(replay) = &replay {
        replay.events.iter().flatten().for_each(|event| assert_event(&event.text));
    }
    let walk = logs.walk_since("orders", SOURCE, NOW - 3000).await;
    let page = match walk {
        Ok(Some(mut walk)) => format!("{:?} {:?}", walk.next_page().await.ok(), walk.damaged()),
        other => format!("{other:?}"),
    };
    format!("{following:?} {rest:?} {replay:?} {page} {}", logs.take_damaged())
}

/// A client that receives anything else closes the connection, and gets it again afterwards.
fn assert_event(text: &str) {
    assert!(
        text.starts_with(r#"{"position":""#) && serde_json::from_str::<&RawValue>(text).is_ok(),
        "{text}"
    );
}
