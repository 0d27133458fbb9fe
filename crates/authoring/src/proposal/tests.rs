use std::collections::BTreeMap;

use serde_json::Value as Json;
use tablecast_definitions::definition::KeyType;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;

use super::items::{Attribute, Item};
use super::*;
use crate::check::{Report, check};

mod cases;
mod grants;
mod libraries;
mod random;
mod refusals;
mod single_table;
mod states;
mod value_types;

const ID_PREFIX: &str = "https://tablecast.example/schemas/";

const ORDERS: &str = r#"
    {"tenantId":{"S":"acme"},"orderId":{"S":"1"},"total":{"N":"12"},"qty":{"N":"2"},"passwordHash":{"S":"x"},"photo":{"B":"AAE="},
     "lines":{"L":[{"M":{"sku":{"S":"a"},"price":{"N":"1.5"}}}]},"shipping":{"M":{"town":{"S":"Bern"},"street":{"S":"x"}}},
     "code":{"S":"x"},"ratio":{"N":"1.25"}}
    {"tenantId":{"S":"acme"},"orderId":{"S":"2"},"total":{"N":"13"},"qty":{"N":"3"},"code":{"N":"7"},"note":{"NULL":true},
     "nick name":{"S":"x"}}"#;

fn sample(table: &str, key: &str, items: &str) -> Sample {
    let items = items::read(items).unwrap();
    let names: Vec<String> = key.split(',').map(str::to_owned).collect();
    Sample { table: table.to_owned(), key: Key::of(&names, &items).unwrap(), items }
}

fn proposed(sample: &Sample) -> Proposal {
    propose(sample, &ProposalOptions { id_prefix: ID_PREFIX.to_owned(), ..ProposalOptions::default() })
        .unwrap()
}

fn sources<'f>(files: impl IntoIterator<Item = &'f File>) -> Vec<DefinitionFile> {
    let source = |file: &File| {
        let (name, _) = file.name.rsplit_once('.').unwrap();
        DefinitionFile { file: file.name.clone(), name: name.to_owned(), text: file.text.clone() }
    };
    files.into_iter().map(source).collect()
}

/// Returns the report of `tablecast check`.
fn checked(proposal: &Proposal) -> Report {
    let files: BTreeMap<&str, &str> =
        proposal.fixtures.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect();
    let read_record = |_: &DefinitionFile, name: &str| {
        files.get(name).map(|text| (*text).to_owned()).ok_or_else(|| "no such file".to_owned())
    };
    check(&sources([&proposal.pipe]), &sources(&proposal.schemas), &read_record)
}

fn pipes(proposal: &Proposal) -> Pipes {
    Pipes::compile(&sources([&proposal.pipe]), &sources(&proposal.schemas)).unwrap()
}

/// Returns the types and the data of the events that a change causes, or why the record is rejected.
fn events_of(
    pipes: &Pipes,
    sample: &Sample,
    old: Option<&Item>,
    new: Option<&Item>,
) -> Result<Vec<(String, Json)>, String> {
    let record = serde_json::to_string(&fixtures::record(sample, 1, old, new)).unwrap();
    let element = enrich(pipes, &format!("[{record}]")).unwrap().pop().unwrap();
    if let Some(rejected) = element.rejected {
        return Err(format!("{}: {}", rejected.path, rejected.reason));
    }
    let event = |event: &serde_json::value::RawValue| {
        let event: Json = serde_json::from_str(event.get()).unwrap();
        (event["type"].as_str().unwrap().to_owned(), event["data"].clone())
    };
    Ok(element.events.iter().map(|raw| event(raw)).collect())
}

fn has_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|other| other.trim() == *line), "{line}\nin\n{text}");
    }
}
