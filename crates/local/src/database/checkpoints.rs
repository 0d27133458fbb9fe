//! How far each pipe has read: items of a table of the same database, as the Kinesis Client
//! Library keeps them, so that anybody can look with `aws dynamodb scan`.

use serde_json::{Value, json};

use super::{Database, DatabaseError, Position, Sequence};

/// Deletion-protected, because the trimming of streams depends on it.
pub const TABLE: &str = "tablecast.checkpoints";

pub fn create_table(engine: &dynoxide::Database) -> Result<(), DatabaseError> {
    if engine.get_table_metadata(TABLE)?.is_some() {
        return Ok(());
    }
    let request = json!({
        "TableName": TABLE, "BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": true,
        "AttributeDefinitions": [{"AttributeName": "pipe", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pipe", "KeyType": "HASH"}],
    });
    engine.create_table(serde_json::from_value(request)?)?;
    Ok(())
}

impl Database {
    /// Where `pipe` stands in `table`'s stream; `None` for a pipe that has never read it.
    pub async fn checkpoint(&self, pipe: &str, table: &str) -> Result<Option<Position>, DatabaseError> {
        let (pipe, table) = (pipe.to_owned(), table.to_owned());
        self.run(move |engine| {
            let request = json!({"TableName": TABLE, "Key": {"pipe": {"S": pipe}}, "ConsistentRead": true});
            let answer = serde_json::to_value(engine.get_item(serde_json::from_value(request)?)?)?;
            Ok(position(&answer["Item"], &table))
        })
        .await
    }

    /// From now on, nothing after `position` is trimmed from `table`'s stream.
    pub async fn save_checkpoint(
        &self,
        pipe: &str,
        table: &str,
        position: &Position,
    ) -> Result<(), DatabaseError> {
        let item = json!({
            "pipe": {"S": pipe}, "table": {"S": table},
            "stream": {"S": position.stream}, "sequence": {"S": position.sequence.to_string()},
        });
        self.run(move |engine| {
            engine.put_item(serde_json::from_value(json!({"TableName": TABLE, "Item": item}))?)?;
            Ok(())
        })
        .await
    }

    /// Forgets the pipes that are no more: they would keep streams from being trimmed.
    pub async fn forget_pipes_except(&self, pipes: Vec<String>) -> Result<(), DatabaseError> {
        self.run(move |engine| {
            let scan = serde_json::from_value(json!({"TableName": TABLE}))?;
            let answer = serde_json::to_value(engine.scan(scan)?)?;
            let known = answer["Items"].as_array().into_iter().flatten();
            let names = known.filter_map(|item| item["pipe"]["S"].as_str());
            names
                .filter(|name| !pipes.iter().any(|pipe| pipe == name))
                .try_for_each(|name| forget(engine, name))
        })
        .await
    }
}

fn forget(engine: &dynoxide::Database, pipe: &str) -> Result<(), DatabaseError> {
    tracing::info!("pipe {pipe} is no more: its place in the stream is forgotten");
    let request = json!({"TableName": TABLE, "Key": {"pipe": {"S": pipe}}});
    engine.delete_item(serde_json::from_value(request)?)?;
    Ok(())
}

/// A pipe that now reads another table starts anew.
fn position(item: &Value, table: &str) -> Option<Position> {
    let text = |name: &str| item[name]["S"].as_str();
    let sequence: Sequence = text("sequence")?.parse().ok()?;
    (text("table")? == table).then_some(Position { stream: text("stream")?.to_owned(), sequence })
}
