use serde_json::{Value, json};

use super::json::text;
use super::parallel;
use super::reader::Reader;
use crate::aws::{Operation, Request, operations};
use crate::facts::{Description, Facts, Reading, Role, Table};

pub async fn all(reader: &Reader, facts: &Facts) -> Vec<Table> {
    let own = [("connections", Role::Connections), ("log", Role::Log), ("rejected", Role::Rejected)];
    let own = own.map(|(suffix, role)| (format!("{}-{suffix}", facts.name), role));
    let mut sources: Vec<_> = facts.known_pipes().iter().map(|pipe| pipe.table.clone()).collect();
    sources.sort();
    sources.dedup();
    let sources = sources.into_iter().map(|table| (table, Role::Source));
    parallel::all(own.into_iter().chain(sources).map(|(name, role)| table(reader, name, role))).await
}

async fn table(reader: &Reader, name: String, role: Role) -> Table {
    let description = describe(reader, operations::DESCRIBE_TABLE, &name).await.map(|it| description(&it));
    if description.found().is_none() {
        return Table { name, role, description, expires: Reading::Unknown, recoverable: Reading::Unknown };
    }
    let (expires, recoverable) = tokio::join!(expires(reader, &name, role), recoverable(reader, &name, role));
    Table { name, role, description, expires, recoverable }
}

async fn describe(reader: &Reader, operation: &'static Operation, table: &str) -> Reading<Value> {
    reader.read(operation, table, Request::Json(json!({ "TableName": table }))).await
}

fn description(response: &Value) -> Description {
    let table = &response["Table"];
    let is_on = table["StreamSpecification"]["StreamEnabled"].as_bool().unwrap_or_default();
    Description {
        stream: table["LatestStreamArn"].as_str().map(str::to_owned),
        view: is_on.then(|| text(table, "/StreamSpecification/StreamViewType")),
        is_protected: table["DeletionProtectionEnabled"].as_bool().unwrap_or_default(),
    }
}

/// The items of a pipe's table may stay for ever.
async fn expires(reader: &Reader, table: &str, role: Role) -> Reading<bool> {
    if role == Role::Source {
        return Reading::Unknown;
    }
    let response = describe(reader, operations::DESCRIBE_EXPIRY, table).await;
    response.map(|it| {
        let status = text(&it, "/TimeToLiveDescription/TimeToLiveStatus");
        let attribute = text(&it, "/TimeToLiveDescription/AttributeName");
        ["ENABLED", "ENABLING"].contains(&status.as_str()) && attribute == "expires_at"
    })
}

async fn recoverable(reader: &Reader, table: &str, role: Role) -> Reading<bool> {
    if matches!(role, Role::Connections | Role::Log) {
        return Reading::Unknown;
    }
    let response = describe(reader, operations::DESCRIBE_BACKUPS, table).await;
    let status = "/ContinuousBackupsDescription/PointInTimeRecoveryDescription/PointInTimeRecoveryStatus";
    response.map(|it| text(&it, status) == "ENABLED")
}
