//! Writes to DynamoDB and reads from it. The local mode can be killed at any moment, so a write may have no answer.

use std::time::Duration;

use serde_json::{Value, json};
use tablecast_tests::dynamodb::DynamoDb;
use tokio::time::sleep;

use super::item::Key;

const PAUSE: Duration = Duration::from_millis(300);

#[derive(Clone)]
pub struct Database(DynamoDb);

impl Database {
    pub fn new(url: &str) -> Self {
        Self(DynamoDb::new(url))
    }

    /// Returns why the request may have failed.
    pub async fn call(&self, operation: &str, request: &Value) -> Result<Value, String> {
        self.0.request(operation, request).await
    }

    /// Repeats a read until the database answers.
    pub async fn read(&self, operation: &str, request: &Value) -> Value {
        loop {
            match self.call(operation, request).await {
                Ok(answer) => return answer,
                Err(_) => sleep(PAUSE).await,
            }
        }
    }

    /// Returns the item, or null.
    pub async fn get(&self, key: &Key) -> Value {
        let request = json!({"TableName": key.table.name(), "Key": key.attributes(), "ConsistentRead": true});
        self.read("GetItem", &request).await["Item"].take()
    }

    pub async fn scan(&self, table: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut request = json!({"TableName": table, "ConsistentRead": true});
        loop {
            let mut page = self.read("Scan", &request).await;
            items.extend(page["Items"].as_array().into_iter().flatten().cloned());
            match page["LastEvaluatedKey"].take() {
                Value::Null => return items,
                key => request["ExclusiveStartKey"] = key,
            }
        }
    }

    /// Has the table delete items after the time in `expiresAt`.
    pub async fn expire(&self, table: &str) {
        let expiry = json!({"Enabled": true, "AttributeName": "expiresAt"});
        let request = json!({"TableName": table, "TimeToLiveSpecification": expiry});
        let reply = self.call("UpdateTimeToLive", &request).await;
        reply.expect("the table cannot delete expired items");
    }
}
