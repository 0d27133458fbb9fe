use serde_json::{Value, json};

use crate::http::Http;
use crate::patience::within;

/// DynamoDB: 25 items in a BatchWriteItem.
pub const BATCH: usize = 25;

/// For what is too much for the AWS CLI: the same requests, over connections that are kept.
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

    /// At most [`BATCH`] items.
    pub async fn put_all(&self, table: &str, items: Vec<Value>) {
        self.try_put_all(table, items).await.unwrap();
    }

    /// Ok when every item was taken.
    pub async fn try_put_all(&self, table: &str, items: Vec<Value>) -> Result<(), String> {
        let puts: Vec<_> = items.into_iter().map(|item| json!({"PutRequest": {"Item": item}})).collect();
        let answer = self.try_call("BatchWriteItem", json!({"RequestItems": {table: puts}})).await?;
        match answer["UnprocessedItems"].as_object() {
            Some(left) if left.is_empty() => Ok(()),
            _ => Err(format!("not all items were taken: {answer}")),
        }
    }

    /// All items of a table.
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
        let target = format!("DynamoDB_20120810.{operation}");
        // Signatures are not verified.
        let signature = "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, \
                         SignedHeaders=host, Signature=0";
        let headers = [
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", &target),
            ("x-amz-date", "20260101T000000Z"),
            ("authorization", signature),
        ];
        let answer = within(operation, self.http.post(&self.url, &headers, request.to_string())).await?;
        match answer {
            (200, body) => serde_json::from_slice(&body).map_err(|error| error.to_string()),
            (status, body) => Err(format!("{operation}: {status} {}", String::from_utf8_lossy(&body))),
        }
    }
}
