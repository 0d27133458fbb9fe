//! Writes and reads items over kept connections, where the AWS CLI is too slow.

use serde_json::{Value, json};

use crate::eventually::within;
use crate::http::Http;

/// Largest number of items in a BatchWriteItem.
pub const BATCH: usize = 25;

/// The local mode does not verify signatures.
const SIGNATURE: &str = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, \
                         SignedHeaders=host, Signature=0";

#[derive(Clone)]
pub struct DynamoDb {
    http: Http,
    url: String,
}

impl DynamoDb {
    pub fn new(url: &str) -> Self {
        Self { http: Http::default(), url: url.to_owned() }
    }

    pub async fn put(&self, table: &str, item: Value) {
        self.call("PutItem", json!({"TableName": table, "Item": item})).await;
    }

    /// Writes at most [`BATCH`] items.
    pub async fn put_all(&self, table: &str, items: Vec<Value>) {
        self.try_put_all(table, items).await.unwrap();
    }

    /// Returns an error unless DynamoDB stores every item.
    pub async fn try_put_all(&self, table: &str, items: Vec<Value>) -> Result<(), String> {
        let puts: Vec<_> = items.into_iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
        let response = self.try_call("BatchWriteItem", json!({"RequestItems": {table: puts}})).await?;
        match response["UnprocessedItems"].as_object() {
            Some(unprocessed) if unprocessed.is_empty() => Ok(()),
            _ => Err(format!("unprocessed items: {response}")),
        }
    }

    /// Returns all items of a table.
    pub async fn scan(&self, table: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut request = json!({"TableName": table, "ConsistentRead": true});
        loop {
            let page = self.call("Scan", request.clone()).await;
            items.extend(page["Items"].as_array().unwrap().iter().cloned());
            match page.get("LastEvaluatedKey") {
                None | Some(Value::Null) => return items,
                Some(key) => request["ExclusiveStartKey"] = key.clone(),
            }
        }
    }

    pub async fn call(&self, operation: &str, request: Value) -> Value {
        self.try_call(operation, request).await.unwrap()
    }

    async fn try_call(&self, operation: &str, request: Value) -> Result<Value, String> {
        within(operation, self.request(operation, &request)).await
    }

    /// Has no time limit: a request that was given up could still change the table.
    pub async fn request(&self, operation: &str, request: &Value) -> Result<Value, String> {
        let target = format!("DynamoDB_20120810.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", &target),
            ("x-amz-date", "20260101T000000Z"),
            ("authorization", SIGNATURE),
        ];
        match self.http.post(&self.url, &headers, request.to_string()).await? {
            (200, body) => serde_json::from_slice(&body).map_err(|error| error.to_string()),
            (status, body) => Err(format!("{operation}: {status} {}", String::from_utf8_lossy(&body))),
        }
    }
}
