use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::sample::{Attribute, Item};
use super::*;
use crate::check::{Report, check};
use tablecast_definitions::definition::KeyType;
use tablecast_definitions::problem::Source;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;

mod any;
mod cases;

const HOME: &str = "https://tablecast.example/schemas/";

fn sample(table: &str, key: &str, items: &str) -> Sample {
    let items = sample::read(items).unwrap();
    let names: Vec<String> = key.split(',').map(str::to_owned).collect();
    Sample { table: table.to_owned(), key: Key::of(&names, &items).unwrap(), items }
}

fn proposed(sample: &Sample) -> Proposal {
    propose(sample, &Wish { home: HOME.to_owned(), ..Wish::default() }).unwrap()
}

fn sources<'f>(files: impl IntoIterator<Item = &'f File>) -> Vec<Source> {
    let source = |file: &File| {
        let (name, _) = file.name.rsplit_once('.').unwrap();
        Source { file: file.name.clone(), name: name.to_owned(), text: file.text.clone() }
    };
    files.into_iter().map(source).collect()
}

/// What `tablecast check` says.
fn checked(proposal: &Proposal) -> Report {
    let files: BTreeMap<&str, &str> =
        proposal.fixtures.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect();
    let beside = |_: &Source, name: &str| {
        files.get(name).map(|text| (*text).to_owned()).ok_or_else(|| "is not there".to_owned())
    };
    check(&sources([&proposal.pipe]), &sources(&proposal.schemas), &beside)
}

fn pipes(proposal: &Proposal) -> Pipes {
    Pipes::compile(&sources([&proposal.pipe]), &sources(&proposal.schemas)).unwrap()
}

/// What a change becomes: types and data of the events, or why none.
fn becomes(
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
