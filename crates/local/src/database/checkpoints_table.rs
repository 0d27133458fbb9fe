use serde_json::json;

use super::error::DatabaseError;

/// The table of the checkpoints. It has deletion protection, because the trimming of streams depends on it.
pub const TABLE: &str = "tablecast.checkpoints";

pub fn create(engine: &dynoxide::Database) -> Result<(), DatabaseError> {
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
