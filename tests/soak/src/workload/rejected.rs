//! Reads the table of rejected records.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::database::Database;
use super::item::Table;

/// Returns the subjects and versions of the rejected records. No record of the soak has more than one part.
pub async fn rejected(database: &Database) -> BTreeSet<(String, u64)> {
    let items = database.scan("rejected").await;
    items.iter().filter_map(|item| subject_and_version(item["pk"]["S"].as_str()?, &record(item)?)).collect()
}

fn record(item: &Value) -> Option<Value> {
    let compressed = STANDARD.decode(item["record"]["B"].as_str()?).ok()?;
    serde_json::from_slice(&zstd::decode_all(compressed.as_slice()).ok()?).ok()
}

fn subject_and_version(pipe: &str, record: &Value) -> Option<(String, u64)> {
    let images = [&record["dynamodb"]["NewImage"], &record["dynamodb"]["OldImage"]];
    let image = images.into_iter().find(|image| image.is_object())?;
    let (tenant, id) = (image["tenant"]["S"].as_str()?, image[Table::named(pipe)?.id_name()]["S"].as_str()?);
    Some((format!("{pipe}/{tenant}/{id}"), image["version"]["N"].as_str()?.parse().ok()?))
}
