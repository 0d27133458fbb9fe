//! Finds schema changes that break readers. docs/reference/schema-evolution.md explains the rules.
//!
//! For each event type there are two questions. Does a reader with the old schema accept every new event?
//! Does a reader with the new schema accept every old event? A change that is not proven to be compatible
//! counts as breaking.
//!
//! # Layout
//! - `document`: a schema as one document, as readers see it or as pipes fill it
//! - `proof`: tries to prove that one document accepts everything that another allows
//! - `compatibility`: the compatibility of two schemas in both directions
//! - `findings`: the breaking changes found
//! - `transitive`: changes that break versions further apart
//! - `compare`: finds the part of a schema that breaks readers; `keywords`: compares groups of keywords

mod compare;
mod compatibility;
mod document;
mod findings;
mod keywords;
mod proof;
mod transitive;

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use crate::lines;
use crate::schema::{Location, Resolver};
use findings::Findings;

/// Returns what a change from `old` to `new` breaks, within each major version.
pub fn breaking_changes(old: &[DefinitionFile], new: &[DefinitionFile]) -> Vec<Problem> {
    let (old_schemas, old_problems) = parse(old, "the earlier version is not valid JSON");
    let (new_schemas, new_problems) = parse(new, "is not valid JSON");
    let resolvers = (Resolver::new(old_schemas.values()), Resolver::new(new_schemas.values()));
    // A line of an earlier version would be another one now.
    let old_problems = old_problems.into_iter().map(|problem| problem.at(None));
    let mut problems: Vec<Problem> = old_problems.chain(new_problems).collect();
    for file in old {
        let Some(old_schema) = old_schemas.get(&file.name) else { continue };
        let Some(new_file) = new.iter().find(|other| other.name == file.name) else {
            problems.extend(removed(file, old_schema));
            continue;
        };
        let Some(new_schema) = new_schemas.get(&file.name) else { continue };
        let findings = compare(&file.name, (&resolvers.0, old_schema), (&resolvers.1, new_schema));
        problems.extend(
            findings
                .into_vec()
                .into_iter()
                .map(|finding| Problem::new(finding.rule, &new_file.file, finding.path, finding.reason)),
        );
    }
    lines::with_lines(problems, new)
}

fn compare<'d>(
    event_type: &str,
    (old_resolver, old): (&'d Resolver<'d>, &'d Json),
    (new_resolver, new): (&'d Resolver<'d>, &'d Json),
) -> Findings {
    let mut findings = Findings::new(event_type);
    if old["$id"] != new["$id"] {
        let reason = format!("was {}, which events contain as dataschema", old["$id"]);
        findings.add(Rule::ChangeId, "/$id", &reason);
        return findings;
    }
    let (old, new) = (Location::root(old_resolver, old), Location::root(new_resolver, new));
    transitive::compare(&old, &new, &mut findings);
    compare::compare(&old, &new, &mut findings);
    findings
}

/// Returns a problem for a schema that was removed before it was deprecated.
fn removed(file: &DefinitionFile, schema: &Json) -> Option<Problem> {
    let reason = format!("{} was removed, and no earlier version deprecated it", file.name);
    (schema["deprecated"] != true).then(|| Problem::new(Rule::ChangeTypeRemoved, &file.file, "", reason))
}

/// Returns the schemas by event type, and the problems of those that are not JSON.
fn parse(files: &[DefinitionFile], what: &str) -> (BTreeMap<String, Json>, Vec<Problem>) {
    let (mut parsed, mut problems) = (BTreeMap::new(), Vec::new());
    for file in files {
        match serde_json::from_str::<Json>(&file.text) {
            Ok(schema) => _ = parsed.insert(file.name.clone(), schema),
            Err(error) => {
                let reason = format!("{what}: {error}");
                let problem = Problem::new(Rule::ChangeUnjudged, &file.file, "", reason);
                problems.push(problem.at(error.line() as u64));
            }
        }
    }
    (parsed, problems)
}

#[cfg(test)]
mod tests;
