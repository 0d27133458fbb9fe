use std::collections::BTreeMap;

use serde_json::Value;

use super::json::{text, with_token};
use super::parallel;
use super::reader::Reader;
use crate::aws::{Request, operations};
use crate::facts::{Facts, Pipe, Reading};

/// Reads the pipes whose enrichment is the function `enrich` of the deployment.
pub async fn all(reader: &Reader, deployment: &str) -> Reading<Vec<Pipe>> {
    let path = format!("/v1/pipes?Limit=100&NamePrefix={deployment}-");
    let next = |token: Option<&str>| Request::Get(with_token(&path, "NextToken", token));
    let listed = reader.pages(operations::LIST_PIPES, deployment, ("Pipes", "NextToken"), next).await;
    let Reading::Found(listed) = listed else { return Reading::Unknown };
    let enrich = format!(":function:{deployment}-enrich");
    let is_own = |pipe: &&Value| {
        let after = text(pipe, "/Enrichment").split_once(&enrich).map(|(_, after)| after.to_owned());
        after.is_some_and(|after| after.is_empty() || after.starts_with(':'))
    };
    let names: Vec<_> = listed.iter().filter(is_own).map(|pipe| text(pipe, "/Name")).collect();
    let described = parallel::all(names.iter().map(|name| describe(reader, name))).await;
    match described.contains(&Reading::Unknown) {
        true => Reading::Unknown,
        false => Reading::Found(described.iter().filter_map(Reading::found).map(pipe).collect()),
    }
}

async fn describe(reader: &Reader, name: &str) -> Reading<Value> {
    reader.read(operations::DESCRIBE_PIPE, name, Request::Get(format!("/v1/pipes/{name}"))).await
}

fn pipe(value: &Value) -> Pipe {
    let source = text(value, "/Source");
    let table = table_of(&source);
    let letters = text(value, "/SourceParameters/DynamoDBStreamParameters/DeadLetterConfig/Arn");
    Pipe {
        name: text(value, "/Name"),
        file: table.clone(),
        table,
        state: text(value, "/CurrentState"),
        reason: text(value, "/StateReason"),
        source,
        dead_letters: Some(letters).filter(|arn| !arn.is_empty()),
        filter: filter(value),
    }
}

/// Each pattern is JSON in a text.
fn filter(value: &Value) -> Vec<Value> {
    let filters = value.pointer("/SourceParameters/FilterCriteria/Filters").and_then(Value::as_array);
    let patterns = filters.into_iter().flatten().filter_map(|filter| filter["Pattern"].as_str());
    patterns.filter_map(|pattern| serde_json::from_str(pattern).ok()).collect()
}

/// `arn:aws:dynamodb:eu-central-1:111122223333:table/orders/stream/2026-11-23T00:00:00.000`
fn table_of(stream: &str) -> String {
    stream.split('/').nth(1).unwrap_or_default().to_owned()
}

/// Gives each pipe the name of its file. The file has the table that the deployed table stands for. Without the file,
/// the alarm on the table has the name.
pub fn named(pipes: Vec<Pipe>, facts: &Facts) -> Vec<Pipe> {
    let renamed = facts.deployed("enrich").and_then(|enrich| enrich.environment.get("TABLE_NAMES"));
    let renamed: BTreeMap<String, String> =
        renamed.and_then(|names| serde_json::from_str(names).ok()).unwrap_or_default();
    let in_file = |table: &str| {
        renamed
            .iter()
            .find(|(_, real)| *real == table)
            .map_or_else(|| table.to_owned(), |(name, _)| name.clone())
    };
    let name = |pipe: Pipe| {
        let table = in_file(&pipe.table);
        let file =
            facts.files.iter().flatten().find(|file| file.table == table).map(|file| file.name.clone());
        let file = file.or_else(|| name_in_alarm(facts, &pipe.table));
        Pipe { file: file.unwrap_or(table), ..pipe }
    };
    pipes.into_iter().map(name).collect()
}

/// The alarm `<name>-<pipe>-stopped` compares metrics of the table.
fn name_in_alarm(facts: &Facts, table: &str) -> Option<String> {
    let alarms = facts.alarms.found()?.iter().filter(|alarm| alarm.table.as_deref() == Some(table));
    let mut names = alarms.map(|alarm| alarm.name.as_str());
    let pipe =
        names.find_map(|name| name.strip_prefix(&facts.name)?.strip_prefix('-')?.strip_suffix("-stopped"));
    pipe.map(str::to_owned)
}
