use std::fmt;
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodbstreams::config::{BehaviorVersion, Credentials, Region, SharedCredentialsProvider};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector};
use aws_smithy_runtime_api::client::http::{SharedHttpClient, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use serde_json::{Value, json};
use tablecast_aws::SdkConfig;

/// Of GetRecords.
const PAGE: usize = 1000;

/// DynamoDB Streams with one shard. Its records have these sequence numbers.
#[derive(Clone)]
pub struct Stream {
    pub records: RangeInclusive<usize>,
    pub is_gone: bool,
    /// True if the shard is closed.
    pub has_ended: bool,
    /// Pages without records before the first one that has some.
    pub empty_pages: usize,
    /// After the first page with records, the oldest record is this one.
    pub trims_to: Option<usize>,
    /// A shard that cannot be read.
    pub failing_shard: Option<&'static str>,
    pub seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
pub struct Seen {
    empty_pages: usize,
    /// The first and the last record of each page that has some.
    reads: Vec<(usize, usize)>,
}

impl Stream {
    pub fn of(records: RangeInclusive<usize>) -> Self {
        let (is_gone, has_ended, empty_pages, trims_to, failing_shard, seen) = Default::default();
        Self { records, is_gone, has_ended, empty_pages, trims_to, failing_shard, seen }
    }

    pub fn reads(&self) -> Vec<(usize, usize)> {
        self.seen.lock().unwrap().reads.clone()
    }

    pub fn aws(&self) -> SdkConfig {
        let connector = SharedHttpConnector::new(self.clone());
        let client: SharedHttpClient = http_client_fn(move |_, _| connector.clone());
        let credentials = Credentials::new("local", "local", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client(client)
            .endpoint_url("http://streams")
            .build()
    }

    fn respond(&self, operation: &str, request: &Value) -> Result<Value, &'static str> {
        match operation {
            _ if self.is_gone => Err("ResourceNotFoundException"),
            _ if self.failing_shard.is_some_and(|shard| request["ShardId"] == shard) => {
                Err("AccessDeniedException")
            }
            "DynamoDBStreams_20120810.GetShardIterator" => self.iterator(request),
            "DynamoDBStreams_20120810.GetRecords" => {
                self.page(request["ShardIterator"].as_str().unwrap().parse().unwrap())
            }
            other => panic!("unexpected request {other}"),
        }
    }

    fn oldest(&self) -> usize {
        let has_read = !self.reads().is_empty();
        self.trims_to.filter(|_| has_read).unwrap_or(*self.records.start())
    }

    /// An iterator is the sequence number of the next record.
    fn iterator(&self, request: &Value) -> Result<Value, &'static str> {
        let next = match request["ShardIteratorType"].as_str().unwrap() {
            "TRIM_HORIZON" => self.oldest(),
            "AT_SEQUENCE_NUMBER" => request["SequenceNumber"].as_str().unwrap().parse().unwrap(),
            other => panic!("unexpected type {other}"),
        };
        let iterator = json!({ "ShardIterator": next.to_string() });
        (next >= self.oldest()).then_some(iterator).ok_or("TrimmedDataAccessException")
    }

    fn page(&self, next: usize) -> Result<Value, &'static str> {
        if next < self.oldest() {
            return Err("TrimmedDataAccessException");
        }
        let last = (next + PAGE - 1).min(*self.records.end());
        let mut seen = self.seen.lock().unwrap();
        let is_empty = seen.empty_pages < self.empty_pages || next > last;
        let end = if is_empty { next } else { last + 1 };
        if is_empty {
            seen.empty_pages += 1;
        } else {
            seen.reads.push((next, last));
        }
        let records: Vec<Value> = (next..end).map(record).collect();
        let has_ended = self.has_ended && end > *self.records.end();
        let iterator = if has_ended { Value::Null } else { end.to_string().into() };
        Ok(json!({ "Records": records, "NextShardIterator": iterator }))
    }
}

fn record(sequence: usize) -> Value {
    json!({
        "eventID": sequence.to_string(), "eventName": "INSERT",
        "dynamodb": { "Keys": { "id": { "S": "1" } }, "SequenceNumber": sequence.to_string() },
    })
}

impl HttpConnector for Stream {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let operation = request.headers().get("x-amz-target").unwrap();
        let body = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
        let (status, body) = match self.respond(operation, &body) {
            Ok(body) => (200_u16, body),
            Err(code) => (400, json!({ "__type": code, "message": "planned" })),
        };
        let response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body.to_string()));
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Stream")
    }
}
