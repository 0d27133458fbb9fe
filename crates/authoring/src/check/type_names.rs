//! Names of event types that code generators cannot take, or cannot distinguish.

use std::collections::BTreeMap;

use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

use crate::draft::pascal_case;

pub fn problems(files: &[DefinitionFile]) -> Vec<Problem> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for file in files {
        let problem = |reason: String| Problem::new(Rule::SchemaFile, &file.file, "", reason);
        if file.name.split(['.', '-']).any(str::is_empty) {
            let reason =
                "the event type has two dots or hyphens in a row, or ends a word with one: remove it";
            problems.push(problem(reason.to_owned()));
            continue;
        }
        let name = pascal_case(&file.name);
        match known.get(&name) {
            Some(other) => problems.push(problem(format!(
                "{other} has the same name in generated code, {name}: give one event type other words"
            ))),
            None => _ = known.insert(name, &file.name),
        }
    }
    problems
}
