//! A stand-in for DynamoDB Streams. A test defines its shards.

use std::sync::{Arc, Mutex};

use aws_config::BehaviorVersion;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodbstreams::config::Region;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tablecast_aws::SdkConfig;
use tokio::net::TcpListener;

/// Small, so that a test reads several pages.
const PAGE: usize = 2;

/// The shards of one stream. Clones share them.
#[derive(Clone, Default)]
pub struct Streams(Arc<Mutex<Shards>>);

#[derive(Default)]
struct Shards {
    shards: Vec<Shard>,
    /// Iterators of earlier generations have expired.
    generation: usize,
    expired: usize,
}

struct Shard {
    id: String,
    parent: Option<String>,
    /// Item ids. The sequence number of a record is its index plus one.
    records: Vec<String>,
    trimmed: usize,
    is_closed: bool,
}

type Response = Result<Value, &'static str>;

impl Streams {
    /// Serves the API, and returns a configuration that reaches it.
    pub async fn serve(&self) -> SdkConfig {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(respond).with_state(self.clone());
        tokio::spawn(async { axum::serve(listener, router).await.unwrap() });
        let credentials = Credentials::new("key", "secret", None, None, "test");
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .endpoint_url(url)
            .build()
    }

    pub fn open(&self, id: &str, parent: Option<&str>, records: &[&str]) {
        let records = records.iter().map(|id| id.to_string()).collect();
        let (id, parent) = (id.to_owned(), parent.map(str::to_owned));
        self.0.lock().unwrap().shards.push(Shard { id, parent, records, trimmed: 0, is_closed: false });
    }

    pub fn put(&self, shard: &str, record: &str) {
        self.with(shard, |shard| shard.records.push(record.to_owned()));
    }

    pub fn close(&self, shard: &str) {
        self.with(shard, |shard| shard.is_closed = true);
    }

    /// Removes the first `count` records.
    pub fn trim(&self, shard: &str, count: usize) {
        self.with(shard, |shard| shard.trimmed = count);
    }

    pub fn remove(&self, shard: &str) {
        self.0.lock().unwrap().shards.retain(|other| other.id != shard);
    }

    pub fn expire_all_iterators(&self) {
        self.0.lock().unwrap().generation += 1;
    }

    pub fn expired(&self) -> usize {
        self.0.lock().unwrap().expired
    }

    fn with(&self, id: &str, change: impl FnOnce(&mut Shard)) {
        let mut shards = self.0.lock().unwrap();
        change(shards.shards.iter_mut().find(|shard| shard.id == id).unwrap());
    }
}

async fn respond(State(streams): State<Streams>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let mut shards = streams.0.lock().unwrap();
    let response = match headers["x-amz-target"].to_str().unwrap() {
        "DynamoDBStreams_20120810.DescribeStream" => Ok(shards.describe(&request)),
        "DynamoDBStreams_20120810.GetShardIterator" => shards.iterator(&request),
        _ => shards.records(&request),
    };
    match response {
        Ok(body) => (StatusCode::OK, body.to_string()),
        Err(kind) => (StatusCode::BAD_REQUEST, json!({"__type": kind, "message": "injected"}).to_string()),
    }
}

impl Shards {
    /// Returns one shard in each page.
    fn describe(&self, request: &Value) -> Value {
        let after = request["ExclusiveStartShardId"].as_str();
        let at = after.map_or(0, |id| self.shards.iter().position(|shard| shard.id == id).unwrap() + 1);
        let shard = self.shards.get(at);
        let shown = shard.map(|shard| json!({"ShardId": shard.id, "ParentShardId": shard.parent}));
        let last = shard.filter(|_| at + 1 < self.shards.len()).map(|shard| &shard.id);
        let keys = json!([{"AttributeName": "id", "KeyType": "HASH"}]);
        let shards: Vec<_> = shown.into_iter().collect();
        json!({"StreamDescription": {"Shards": shards, "LastEvaluatedShardId": last, "KeySchema": keys}})
    }

    fn shard(&self, id: &str) -> Result<&Shard, &'static str> {
        self.shards.iter().find(|shard| shard.id == id).ok_or("ResourceNotFoundException")
    }

    fn iterator(&self, request: &Value) -> Response {
        let shard = self.shard(request["ShardId"].as_str().unwrap())?;
        let number = || request["SequenceNumber"].as_str().unwrap().parse::<usize>().unwrap();
        let at = match request["ShardIteratorType"].as_str().unwrap() {
            "TRIM_HORIZON" => shard.trimmed,
            "LATEST" => shard.records.len(),
            "AT_SEQUENCE_NUMBER" => number() - 1,
            _ if number() <= shard.trimmed => return Err("TrimmedDataAccessException"),
            _ => number(),
        };
        match at < shard.trimmed {
            true => Err("TrimmedDataAccessException"),
            false => Ok(json!({"ShardIterator": format!("{} {at} {}", shard.id, self.generation)})),
        }
    }

    fn records(&mut self, request: &Value) -> Response {
        let parts: Vec<_> = request["ShardIterator"].as_str().unwrap().split(' ').collect();
        let (at, generation): (usize, usize) = (parts[1].parse().unwrap(), parts[2].parse().unwrap());
        if generation < self.generation {
            self.expired += 1;
            return Err("ExpiredIteratorException");
        }
        let shard = self.shard(parts[0])?;
        if at < shard.trimmed {
            return Err("TrimmedDataAccessException");
        }
        let page: Vec<_> = (at..shard.records.len()).take(PAGE).map(|index| shard.record(index)).collect();
        let next = at + page.len();
        let is_over = shard.is_closed && next == shard.records.len();
        let iterator = (!is_over).then(|| format!("{} {next} {generation}", shard.id));
        Ok(json!({"Records": page, "NextShardIterator": iterator}))
    }
}

impl Shard {
    fn record(&self, index: usize) -> Value {
        json!({
            "eventID": format!("{}-{index}", self.id), "eventName": "INSERT",
            "dynamodb": {
                "Keys": {"id": {"S": self.records[index]}}, "SequenceNumber": (index + 1).to_string(),
                "ApproximateCreationDateTime": 1_700_000_000,
            },
        })
    }
}
