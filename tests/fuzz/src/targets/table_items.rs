//! The key and the items of a table, from which `tablecast new pipe` proposes files: `{"key": [...], "items": [...]}`. Every
//! proposal passes `tablecast check`.

use serde_json::{Value as Json, json};
use tablecast_authoring::check::check as check_files;
use tablecast_authoring::proposal::{File, Key, ProposalOptions, Sample, items, propose};
use tablecast_definitions::problem::DefinitionFile;

use super::item::TYPES;
use super::repository;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "table_items", form: Form::Json, check, samples, words: &[TYPES, WORDS], inputs: 100 };

const WORDS: &[&str] = &[
    "key",
    "items",
    "pk",
    "sk",
    "ORDER#1",
    "USER#7#ITEM#2",
    "type",
    "email",
    "password",
    "createdAt",
    "updatedAt",
    "ttl",
    "version",
    "order-id",
    "0",
    "AAE=",
    "a.b",
    "class",
    "in",
    "has",
    "Items",
];

fn samples() -> Vec<String> {
    let music = repository::texts("examples/music").swap_remove(0);
    let single = json!([{"pk": {"S": "USER#1"}, "sk": {"S": "PROFILE"}, "name": {"S": "Ada"}, "email": {"S": "ada@example.com"}},
        {"pk": {"S": "USER#1"}, "sk": {"S": "ORDER#1"}, "total": {"N": "12.5"}, "lines": {"L": [{"M": {"sku": {"S": "a"}}}]}, "tags": {"SS": ["a"]}}]);
    let all: Json = serde_json::from_str(&music).unwrap_or_default();
    vec![
        json!({"key": ["pk", "sk"], "items": single}).to_string(),
        json!({"key": ["Artist", "SongTitle"], "items": all}).to_string(),
    ]
}

fn check(text: &str) {
    let read = items::read(text);
    assert!(read.is_ok() || !read.unwrap_err().reason.is_empty());
    let Ok(input) = serde_json::from_str::<Json>(text) else { return };
    let names: Vec<String> = input["key"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    let Ok(items) = items::read(&input["items"].to_string()) else { return };
    let Ok(key) = Key::of(&names, &items) else { return };
    let sample = Sample { table: "music".into(), key, items };
    let options = ProposalOptions { id_prefix: "https://example.com/schemas/".into(), ..Default::default() };
    let Ok(proposal) = propose(&sample, &options) else { return };
    let file = |folder: &str, file: &File| {
        let (name, _) = file.name.rsplit_once('.').unwrap();
        DefinitionFile { file: format!("{folder}/{}", file.name), name: name.into(), text: file.text.clone() }
    };
    let schemas: Vec<_> = proposal.schemas.iter().map(|schema| file("schemas", schema)).collect();
    let fixtures = &proposal.fixtures;
    let record = |_: &DefinitionFile, name: &str| {
        let found = fixtures.iter().find(|fixture| fixture.name == name);
        found.map(|fixture| fixture.text.clone()).ok_or_else(|| format!("{name} is not there"))
    };
    let report = check_files(&[file("pipes", &proposal.pipe)], &schemas, &record);
    assert!(report.problems.is_empty(), "{:?}\n{}", report.problems, proposal.pipe.text);
}
