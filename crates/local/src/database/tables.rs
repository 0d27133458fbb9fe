mod key;

use serde_json::json;
use tablecast_definitions::definition::Keys;

use super::error::DatabaseError;
use super::handle::Database;
use key::{Key, check_key};

/// The TTL attribute of tablecast's own tables.
const EXPIRY: &str = "expires_at";
/// The view type of a stream that pipes can read.
const BOTH_IMAGES: &str = "NEW_AND_OLD_IMAGES";

impl Database {
    /// Creates the tables of pipes that have keys, with a stream of both images. Keeps an existing table with the
    /// same key, and adds the stream if it has none. Creates nothing if a pipe cannot use one of the tables.
    pub async fn create_streamed_tables(
        &self,
        tables: &[(&str, Option<&Keys>)],
    ) -> Result<(), DatabaseError> {
        for (table, keys) in tables {
            self.check_table(table, *keys).await?;
        }
        for (table, keys) in tables {
            if let Some(keys) = keys {
                self.create_streamed_table(table, keys).await?;
            }
        }
        Ok(())
    }

    pub async fn create_streamed_table(&self, table: &str, keys: &Keys) -> Result<(), DatabaseError> {
        let (table, key) = (table.to_owned(), Key::of(table, keys)?);
        self.run(move |engine| {
            ensure_table(engine, &table, &key)?;
            ensure_stream(engine, &table)
        })
        .await
    }

    /// Refuses another key, and a stream without both images, which `enrich` would reject record by record. A table
    /// that does not exist yet, or has no stream, is no error.
    pub async fn check_table(&self, table: &str, keys: Option<&Keys>) -> Result<(), DatabaseError> {
        let (table, key) = (table.to_owned(), keys.map(|keys| Key::of(table, keys)).transpose()?);
        self.run(move |engine| {
            let Some(existing) = engine.get_table_metadata(&table)? else { return Ok(()) };
            key.map_or(Ok(()), |key| check_key(&table, &existing, &key))?;
            check_view(&table, &existing)
        })
        .await
    }

    /// Creates one of tablecast's own tables, with the keys `pk` and `sk` and items that expire at
    /// `expires_at`.
    pub async fn create_expiring_table(&self, table: &str) -> Result<(), DatabaseError> {
        let table = table.to_owned();
        let key = Key::of_texts("pk", "sk");
        self.run(move |engine| {
            ensure_table(engine, &table, &key)?;
            ensure_expiry(engine, &table)
        })
        .await
    }
}

fn ensure_table(engine: &dynoxide::Database, table: &str, key: &Key) -> Result<(), DatabaseError> {
    let Some(existing) = engine.get_table_metadata(table)? else {
        let request = json!({
            "TableName": table, "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": key.schema(), "AttributeDefinitions": key.attributes(),
        });
        engine.create_table(serde_json::from_value(request)?)?;
        return Ok(());
    };
    check_key(table, &existing, key)
}

fn ensure_stream(engine: &dynoxide::Database, table: &str) -> Result<(), DatabaseError> {
    if engine.get_table_metadata(table)?.is_some_and(|metadata| metadata.stream_enabled) {
        return Ok(());
    }
    let stream = json!({"StreamEnabled": true, "StreamViewType": BOTH_IMAGES});
    let request = json!({"TableName": table, "StreamSpecification": stream});
    engine.update_table(serde_json::from_value(request)?)?;
    Ok(())
}

fn ensure_expiry(engine: &dynoxide::Database, table: &str) -> Result<(), DatabaseError> {
    if engine.get_table_metadata(table)?.is_some_and(|metadata| metadata.ttl_enabled) {
        return Ok(());
    }
    let expiry = json!({"Enabled": true, "AttributeName": EXPIRY});
    let request = json!({"TableName": table, "TimeToLiveSpecification": expiry});
    engine.update_time_to_live(serde_json::from_value(request)?)?;
    Ok(())
}

fn check_view(table: &str, existing: &dynoxide::TableMetadata) -> Result<(), DatabaseError> {
    let view =
        existing.stream_view_type.as_deref().filter(|view| existing.stream_enabled && *view != BOTH_IMAGES);
    view.map_or(Ok(()), |view| Err(problem(table, &wrong_view(table, view))))
}

fn wrong_view(table: &str, view: &str) -> String {
    format!(
        "its stream has the view type {view}, but a pipe needs {BOTH_IMAGES}. Turn the stream off and on again: \
         aws dynamodb update-table --table-name {table} --stream-specification StreamEnabled=false, and then \
         StreamEnabled=true,StreamViewType={BOTH_IMAGES}; or start without --data, or with another folder"
    )
}

fn problem(table: &str, reason: &str) -> DatabaseError {
    DatabaseError::Table { table: table.to_owned(), reason: reason.to_owned() }
}
