//! Logs each request at DEBUG, and how many items a read looked at: `database: Query log: 3 items read`.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::Value;

/// A request that is logged after its response.
pub struct LoggedRequest {
    operation: String,
    body: Bytes,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Target {
    table_name: String,
}

/// The members of responses with items. `ScannedCount` includes items that a filter dropped.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Items {
    scanned_count: Option<u64>,
    item: Option<Value>,
}

impl LoggedRequest {
    /// None above DEBUG: parsing costs time.
    pub fn new(headers: &HeaderMap, body: &Bytes) -> Option<Self> {
        if !tracing::enabled!(tracing::Level::DEBUG) {
            return None;
        }
        let (_, operation) = headers.get("x-amz-target")?.to_str().ok()?.split_once('.')?;
        Some(Self { operation: operation.to_owned(), body: body.clone() })
    }

    pub fn log(&self, response: &[u8]) {
        tracing::debug!("database: {}", self.line(response));
    }

    fn line(&self, response: &[u8]) -> String {
        let target = serde_json::from_slice::<Target>(&self.body).map(|target| target.table_name);
        let request = format!("{} {}", self.operation, target.as_deref().unwrap_or("several tables"));
        let read = serde_json::from_slice(response).ok().and_then(|items| self.items_read(&items));
        read.map_or_else(|| request.clone(), |count| format!("{request}: {count} items read"))
    }

    fn items_read(&self, items: &Items) -> Option<u64> {
        match self.operation.as_str() {
            "Query" | "Scan" => items.scanned_count,
            "GetItem" => Some(items.item.is_some().into()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_table_and_the_number_of_items_that_were_read() {
        for (operation, body, response, line) in [
            ("Query", r#"{"TableName":"log"}"#, r#"{"Count":1,"ScannedCount":3}"#, "Query log: 3 items read"),
            ("Scan", r#"{"TableName":"log"}"#, r#"{"ScannedCount":0}"#, "Scan log: 0 items read"),
            ("GetItem", r#"{"TableName":"log"}"#, r#"{"Item":{}}"#, "GetItem log: 1 items read"),
            ("GetItem", r#"{"TableName":"log"}"#, "{}", "GetItem log: 0 items read"),
            ("PutItem", r#"{"TableName":"log"}"#, "{}", "PutItem log"),
            ("Query", r#"{"TableName":"log"}"#, r#"{"__type":"ValidationException"}"#, "Query log"),
            ("BatchWriteItem", r#"{"RequestItems":{}}"#, "{}", "BatchWriteItem several tables"),
        ] {
            let request = LoggedRequest { operation: operation.into(), body: body.into() };
            assert_eq!(request.line(response.as_bytes()), line);
        }
    }
}
