//! The checkpoint of each pipe. Checkpoints are items of a table, like those of the Kinesis Client Library,
//! so you can look at them with `aws dynamodb scan`.

use serde_json::{Value, json};

use super::checkpoints_table::TABLE;
use super::error::DatabaseError;
use super::handle::Database;
use super::position::Position;
use super::sequence::Sequence;

impl Database {
    /// Returns the checkpoint of a pipe in the stream of a table, or `None` if it has never read the stream.
    pub async fn checkpoint(&self, pipe: &str, table: &str) -> Result<Option<Position>, DatabaseError> {
        let (pipe, table) = (pipe.to_owned(), table.to_owned());
        self.run(move |engine| {
            let request = json!({"TableName": TABLE, "Key": {"pipe": {"S": pipe}}, "ConsistentRead": true});
            let response = serde_json::to_value(engine.get_item(serde_json::from_value(request)?)?)?;
            Ok(position(&response["Item"], &table))
        })
        .await
    }

    /// Stores a checkpoint. From then on, the stream keeps all records after `position`.
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

    /// Deletes the checkpoints of all other pipes, which would prevent the trimming of streams.
    pub async fn delete_checkpoints_except(&self, pipes: Vec<String>) -> Result<(), DatabaseError> {
        self.run(move |engine| {
            let scan = serde_json::from_value(json!({"TableName": TABLE}))?;
            let response = serde_json::to_value(engine.scan(scan)?)?;
            let known = response["Items"].as_array().into_iter().flatten();
            let names = known.filter_map(|item| item["pipe"]["S"].as_str());
            names
                .filter(|name| !pipes.iter().any(|pipe| pipe == name))
                .try_for_each(|name| delete(engine, name))
        })
        .await
    }
}

fn delete(engine: &dynoxide::Database, pipe: &str) -> Result<(), DatabaseError> {
    tracing::info!("deleted the checkpoint of pipe {pipe}, which no longer exists");
    let request = json!({"TableName": TABLE, "Key": {"pipe": {"S": pipe}}});
    engine.delete_item(serde_json::from_value(request)?)?;
    Ok(())
}

/// Reads the position of an item. The checkpoint of another table is void.
fn position(item: &Value, table: &str) -> Option<Position> {
    let text = |name: &str| item[name]["S"].as_str();
    let sequence: Sequence = text("sequence")?.parse().ok()?;
    (text("table")? == table).then_some(Position { stream: text("stream")?.to_owned(), sequence })
}
