use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

pub const STREAM: &str = "arn:aws:dynamodb:eu-central-1:1:table/prod-orders/stream/2026";

const SHARD: &str = "shardId-00000001234567891234-aaa1abcd";

/// It is read before the other one.
pub const FAILING_SHARD: &str = "shardId-00000001234567890000-aaa1abcd";

/// A deployment with dead letters of two records each. The filter drops the second one of each.
#[derive(Clone, Default)]
pub struct Aws {
    /// The operation or the path, and the body, of each request.
    pub seen: Arc<Mutex<Vec<(String, Value)>>>,
    /// The number of dead letters, one if it is zero.
    pub letters: u32,
    /// True if the records have left the stream.
    pub is_trimmed: bool,
    /// True if the queue does not delete messages.
    pub keeps: bool,
    /// True if another run, which was killed, has the message.
    pub is_held: bool,
    /// True if there is one more dead letter, whose shard cannot be read.
    pub has_failing_shard: bool,
}

impl Aws {
    pub async fn start(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let aws = self.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(aws.clone().serve(stream));
            }
        });
        address
    }

    async fn serve(self, mut stream: TcpStream) {
        let (name, body) = read(&mut stream).await;
        let (status, response) = match self.respond(&name, &body) {
            Ok(response) => (200, response),
            Err(code) => (400, json!({ "__type": code, "message": "planned" })),
        };
        self.seen.lock().unwrap().push((name, body));
        let text = response.to_string();
        let head =
            format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", text.len());
        let _ = stream.write_all((head + &text).as_bytes()).await;
    }

    fn respond(&self, name: &str, body: &Value) -> Result<Value, &'static str> {
        let enrichment = "arn:aws:lambda:eu-central-1:1:function:acme-enrich:live";
        Ok(match name {
            "/v1/pipes" => json!({ "Pipes": [{ "Name": "acme-orders", "Enrichment": enrichment }] }),
            "/v1/pipes/acme-orders" => described(),
            "DescribeAlarms" => json!({ "MetricAlarms": [], "CompositeAlarms": [] }),
            "/2015-03-31/functions/acme-enrich/configuration" => {
                json!({ "Environment": { "Variables": { "TABLE_NAMES": r#"{"orders":"prod-orders"}"# } } })
            }
            "GetItem" => json!({ "Item": { "id": { "S": "1" } } }),
            "Scan" | "Query" => json!({ "Items": [] }),
            "GetQueueUrl" => json!({ "QueueUrl": "http://queue/letters" }),
            "GetQueueAttributes" if self.is_held && self.count("GetQueueAttributes") == 0 => {
                json!({ "Attributes": { "ApproximateNumberOfMessagesNotVisible": "1" } })
            }
            "GetQueueAttributes" => json!({ "Attributes": { "ApproximateNumberOfMessagesNotVisible": "2" } }),
            "ReceiveMessage" if self.is_held && self.count("GetQueueAttributes") == 0 => json!({}),
            "ReceiveMessage" if self.is_held && self.count("ReceiveMessage") > 2 => json!({}),
            "ReceiveMessage" if !self.is_held && self.count("ReceiveMessage") > 0 => json!({}),
            "ReceiveMessage" => json!({ "Messages": self.messages() }),
            "DeleteMessageBatch" if self.keeps => {
                json!({ "Failed": [{ "Id": "0", "Code": "InternalError", "Message": "busy", "SenderFault": false }] })
            }
            "ChangeMessageVisibilityBatch" | "DeleteMessageBatch" => json!({ "Successful": [{ "Id": "0" }] }),
            "GetShardIterator" if body["ShardId"] == FAILING_SHARD => return Err("AccessDeniedException"),
            "GetShardIterator" if self.is_trimmed && body["ShardIteratorType"] == "AT_SEQUENCE_NUMBER" => {
                return Err("com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException");
            }
            "GetShardIterator" => json!({ "ShardIterator": "i" }),
            "GetRecords" if self.is_trimmed => json!({ "Records": [change("INSERT", 9)] }),
            "GetRecords" => {
                let pair = |odd| [change("INSERT", odd), change("REMOVE", odd + 1)];
                let records: Vec<_> = self.firsts().flat_map(pair).collect();
                json!({ "Records": records, "NextShardIterator": "i" })
            }
            "/2015-03-31/functions/acme-enrich%3Alive/invocations" => {
                body.as_array().unwrap().iter().map(|record| element(&record["eventID"])).collect()
            }
            "/2015-03-31/functions/acme-dispatch%3Alive/invocations" => json!({ "batchItemFailures": [] }),
            other => panic!("unexpected request {other}"),
        })
    }

    /// The number of the first record of each dead letter.
    fn firsts(&self) -> impl Iterator<Item = u32> {
        (0..self.letters.max(1)).map(|letter| 2 * letter + 1)
    }

    fn messages(&self) -> Vec<Value> {
        let own = self.firsts().map(|first| message("acme-orders", &format!("m{first}"), first, SHARD));
        let unread = self.has_failing_shard.then(|| message("acme-orders", "unread", 1, FAILING_SHARD));
        own.chain([message("other", "m2", 1, SHARD)]).chain(unread).collect()
    }

    pub fn count(&self, name: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|(seen, _)| seen == name).count()
    }

    pub fn bodies(&self, name: &str) -> Vec<Value> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|(seen, _)| seen == name).map(|(_, body)| body.clone()).collect()
    }
}

/// Reads a request. Its name is the operation, or the path without the query.
async fn read(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    let end = loop {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_owned();
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned())
    };
    let length = header("content-length").map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + length {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
    }
    let path = head.split(' ').nth(1).unwrap().split('?').next().unwrap().to_owned();
    let name = header("x-amz-target").map_or(path, |target| target.rsplit_once('.').unwrap().1.to_owned());
    (name, serde_json::from_slice(&bytes[end..]).unwrap_or_default())
}

fn described() -> Value {
    json!({
        "Name": "acme-orders", "Source": STREAM,
        "SourceParameters": {
            "FilterCriteria": { "Filters": [{ "Pattern": r#"{"eventName":["INSERT","MODIFY"]}"# }] },
            "DynamoDBStreamParameters": { "DeadLetterConfig": { "Arn": "arn:aws:sqs:eu-central-1:1:letters" } },
        },
    })
}

pub fn sequence(number: u32) -> String {
    format!("{number}00000000000000000000")
}

fn message(pipe: &str, id: &str, first: u32, shard: &str) -> Value {
    let body = json!({
        "context": { "partnerResourceArn": format!("arn:aws:pipes:eu-central-1:1:pipe/{pipe}"), "condition": "RecordAgeExceeded" },
        "version": "1.0", "timestamp": "2026-11-23T09:00:00Z",
        "DDBStreamBatchInfo": {
            "shardId": shard, "startSequenceNumber": sequence(first),
            "endSequenceNumber": sequence(first + 1), "batchSize": 2, "streamArn": STREAM,
            "approximateArrivalOfFirstRecord": "2026-11-23T03:00:00Z",
            "approximateArrivalOfLastRecord": "2026-11-23T03:00:05Z",
        },
    });
    json!({ "MessageId": id, "ReceiptHandle": format!("receipt-{id}"), "Body": body.to_string() })
}

/// As DynamoDB Streams returns it: without the ARN of the stream.
pub fn change(operation: &str, number: u32) -> Value {
    let image = if operation == "REMOVE" { "OldImage" } else { "NewImage" };
    json!({
        "eventID": format!("e{number}"), "eventName": operation, "eventVersion": "1.1", "eventSource": "aws:dynamodb",
        "awsRegion": "eu-central-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1795404516, "Keys": { "id": { "S": "1" } }, image: { "id": { "S": "1" } },
            "SequenceNumber": sequence(number), "SizeBytes": 6, "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
    })
}

pub fn element(id: &Value) -> Value {
    let event = json!({ "id": "e1.t", "source": "tablecast/orders", "type": "t", "subject": "orders/1", "time": "2026-11-23T05:00:00Z" });
    json!({ "eventID": id, "pipe": "orders", "events": [event] })
}
