//! Whether schemas have changed in a way that breaks nobody: docs/reference/schema-evolution.md has the reasons.
//!
//! Two questions are asked of each event type. Does a reader with the schema of before accept every event that is
//! made from now on? Does a reader with the schema of now accept every event of before? What cannot be proven is
//! refused.
//!
//! # Layout
//! - `document`: a schema as one document, as readers take it or as pipes fill it
//! - `proof`: whether one accepts all that another allows, asked of the crate jsonschema
//! - `lasting`: what must stay so that versions further apart fit as well
//! - `explain`: which part of a schema is at fault

mod document;
mod explain;
mod lasting;
mod proof;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::check::line;
use crate::schema::Library;
use explain::Explainer;
use tablecast_definitions::problem::{Problem, Rule, Source};

/// What a change of `before` into `now` breaks, within each major version.
pub fn breaks(before: &[Source], now: &[Source]) -> Vec<Problem> {
    let (old, mut problems) = parse(before);
    let (new, others) = parse(now);
    problems.extend(others);
    let (old_library, new_library) = (Library::new(old.values()), Library::new(new.values()));
    for (source, schema) in before.iter().filter_map(|source| Some((source, old.get(&source.name)?))) {
        let now = now.iter().find(|other| other.name == source.name);
        let wrong =
            |file: &Source, rule, path: &str, reason: String| Problem::new(rule, &file.file, path, reason);
        let Some(now) = now else {
            problems.extend((schema["deprecated"] != true).then(|| {
                wrong(
                    source,
                    Rule::ChangeTypeRemoved,
                    "",
                    format!("{} was published, and is gone", source.name),
                )
            }));
            continue;
        };
        let Some(schema_now) = new.get(&now.name) else { continue };
        if schema["$id"] != schema_now["$id"] {
            let reason =
                format!("was {}: events name it as their dataschema{}", schema["$id"], make(&now.name));
            problems.push(wrong(now, Rule::ChangeId, "/$id", reason));
            continue;
        }
        let mut explainer = Explainer { next: make(&now.name), found: Vec::new(), seen: BTreeSet::new() };
        explainer.judge(&old_library.root(schema), &new_library.root(schema_now));
        problems
            .extend(explainer.found.into_iter().map(|(rule, path, reason)| wrong(now, rule, &path, reason)));
    }
    line::located(problems, now)
}

/// `: make it order.placed.v2`
fn make(event_type: &str) -> String {
    let (words, version) = event_type.rsplit_once(".v").unwrap_or((event_type, "1"));
    format!(": make it {words}.v{}", version.parse::<u32>().unwrap_or(1).saturating_add(1))
}

/// What cannot be read cannot be judged.
fn parse(sources: &[Source]) -> (BTreeMap<String, Json>, Vec<Problem>) {
    let (mut read, mut problems) = (BTreeMap::new(), Vec::new());
    for source in sources {
        match serde_json::from_str::<Json>(&source.text) {
            Ok(schema) => _ = read.insert(source.name.clone(), schema),
            Err(error) => problems.push(
                Problem::new(Rule::ChangeUnjudged, &source.file, "", error.to_string())
                    .at(error.line() as u64),
            ),
        }
    }
    (read, problems)
}

#[cfg(test)]
mod sound;
#[cfg(test)]
mod tests;
