//! The input of redrive: messages of a queue, the records of their shard, and items of the table of rejected records:
//! `{"messages": [...], "records": [...], "items": [...]}`. A run without `--yes` counts foreign data and never fails.

use std::io;

use bytes::Bytes;
use serde_json::{Value as Json, json};
use tablecast_pipeline::enrich::enrich;
use tablecast_pipes::Filter;
use tablecast_pipes::invoke::{Invoke, InvokeError};
use tablecast_redrive::report::{Line, Lost, Output, Summary, Unread};
use tablecast_redrive::{Deployment, Options, Pipe, QueueName, Redrive, RedriveError, Selection};

use super::item::TYPES;
use super::repository;
use crate::stub::answered;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "dead_letter", form: Form::Json, check, samples, words: &[TYPES, WORDS], inputs: 150 };

const WORDS: &[&str] = &[
    "messages",
    "records",
    "items",
    "context",
    "partnerResourceArn",
    "arn:aws:pipes:r:1:pipe/acme-orders",
    "condition",
    "timestamp",
    "DDBStreamBatchInfo",
    "shardId",
    "startSequenceNumber",
    "endSequenceNumber",
    "batchSize",
    "streamArn",
    "111000000000000000006",
    "pk",
    "sk",
    "at",
    "path",
    "reason",
    "parts",
    "record",
    "TEXT",
    "9223372036854775807",
    "dynamodb",
    "SequenceNumber",
    "eventID",
    "eventName",
    "Keys",
    "NewImage",
    "a#0001",
];

fn samples() -> Vec<String> {
    let stream = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000";
    let letter = json!({
        "context": {"partnerResourceArn": "arn:aws:pipes:r:1:pipe/acme-orders", "condition": "RecordAgeExceeded"},
        "timestamp": "2026-11-23T09:00:00Z",
        "DDBStreamBatchInfo": {
            "shardId": "shardId-1", "startSequenceNumber": "111000000000000000006", "endSequenceNumber": "111000000000000000008",
            "batchSize": 2, "approximateArrivalOfFirstRecord": "2026-11-23T03:00:00Z", "streamArn": stream,
        },
    });
    let records: Vec<Json> =
        repository::records()[..2].iter().map(|record| serde_json::from_str(record).unwrap()).collect();
    let item = json!({"pk": {"S": "orders"}, "sk": {"S": "1"}, "at": {"N": "1795000000"}, "path": {"S": "p"}, "reason": {"S": "r"},
        "parts": {"N": "1"}, "record": {"TEXT": records[0].to_string()}});
    let part = json!({"pk": {"S": "orders"}, "sk": {"S": "a#0001"}, "at": {"N": "1"}, "path": {"S": ""}, "reason": {"S": ""}, "parts": {"N": "2"},
        "record": {"TEXT": "{"}});
    let inputs = [
        json!({"messages": [letter, "hello"], "records": records, "items": [item]}),
        json!({"messages": [letter], "records": [], "items": [part, item]}),
    ];
    inputs.map(|input| input.to_string()).to_vec()
}

fn check(text: &str) {
    let Ok(input) = serde_json::from_str::<Json>(text) else { return };
    let answers = answers(&input).map(|(operation, answer)| (operation, answer.to_string()));
    let shown = show(&answers);
    if let Ok(summary) = &shown {
        let outcomes = summary.redrivable + summary.unmatched + summary.rejected;
        assert_eq!(outcomes, summary.records, "a record has no outcome: {summary:?}");
    }
    assert_eq!(shown.ok(), show(&answers).ok());
}

fn list(input: &Json, name: &str) -> Vec<Json> {
    input[name].as_array().cloned().unwrap_or_default()
}

fn answers(input: &Json) -> [(&'static str, Json); 6] {
    let mut items = Json::Array(list(input, "items"));
    super::log_item::compress(&mut items);
    [
        ("GetQueueUrl", json!({"QueueUrl": "http://stub/1/queue"})),
        ("ReceiveMessage", json!({"Messages": messages(list(input, "messages"))})),
        ("GetQueueAttributes", json!({"Attributes": {"ApproximateNumberOfMessagesNotVisible": "0"}})),
        ("GetShardIterator", json!({"ShardIterator": "i"})),
        ("GetRecords", json!({"Records": list(input, "records")})),
        ("Scan", json!({"Items": items})),
    ]
}

/// At most one message names a shard: the second read of a shard waits for a second.
fn messages(bodies: Vec<Json>) -> Vec<Json> {
    let mut has_letter = false;
    let bodies = bodies.into_iter().map(|body| body.as_str().map_or(body.to_string(), str::to_owned));
    let read = bodies
        .filter(|body| !body.contains("DDBStreamBatchInfo") || !std::mem::replace(&mut has_letter, true));
    let message = |(number, body): (usize, String)| json!({"MessageId": number.to_string(), "ReceiptHandle": "r", "Body": body});
    read.enumerate().map(message).collect()
}

/// A run without `--yes`.
fn show(answers: &[(&str, String)]) -> Result<Summary, RedriveError> {
    answered(answers, |aws| {
        let redrive = Redrive::new(deployment(aws), Enrich);
        let options = Options { rate: 100, batch: 10, discard_lost: false };
        async move { redrive.show(&Selection::default(), options, &mut Nowhere).await }
    })
}

fn deployment(aws: &tablecast_aws::SdkConfig) -> Deployment {
    let letters = Some(QueueName { name: "queue".into(), account: None });
    let (name, resource) = ("orders".to_owned(), "acme-orders".to_owned());
    let pipe = Pipe { name, resource, table: "orders".into(), letters, filter: Filter::default() };
    Deployment {
        dynamodb: aws.clone(),
        lambda: aws.clone(),
        sqs: aws.clone(),
        enrich: "enrich".into(),
        dispatch: "dispatch".into(),
        rejected: "rejected".into(),
        log: "log".into(),
        pipes: vec![pipe],
    }
}

/// The function `enrich` with the pipes of this repository.
#[derive(Clone)]
struct Enrich;

impl Invoke for Enrich {
    async fn invoke(&self, _: &str, payload: Bytes) -> Result<Bytes, InvokeError> {
        let elements = enrich(super::record::pipes(), str::from_utf8(&payload).unwrap()).unwrap();
        Ok(serde_json::to_vec(&elements).unwrap().into())
    }
}

struct Nowhere;

impl Output for Nowhere {
    fn line(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_string(line).map(drop).map_err(io::Error::other)
    }

    fn lost(&mut self, _: &Lost) -> io::Result<()> {
        Ok(())
    }

    fn unread(&mut self, _: &Unread) -> io::Result<()> {
        Ok(())
    }

    fn progress(&mut self, _: &Summary) {}

    fn note(&mut self, _: &str) {}
}
