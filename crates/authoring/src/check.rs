//! What can be known of pipe files and schemas without running anything: all that is wrong with them, at once.
//!
//! # Layout
//! - `data`: whether a rule's data can satisfy its schema      - `tests`: what the pipe files' own tests give
//! - `schemas`: keywords, examples, and whether there is a use  - `terraform`: what only Terraform would refuse
//! - `line`: on which line a path of a file is

mod data;
pub(crate) mod line;
mod schemas;
mod terraform;
mod tests;

use serde::Serialize;

use crate::registry;
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{Problem, Source};
use tablecast_pipeline::pipe::Pipes;

/// Gives the text of a file that is named in a pipe file, from the pipe file's place.
pub type Beside<'b> = &'b dyn Fn(&Source, &str) -> Result<String, String>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub problems: Vec<Problem>,
    pub checked: Checked,
}

/// How much was looked at: nothing wrong with nothing is no success.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    pub pipes: usize,
    pub schemas: usize,
    pub examples: usize,
    pub tests: usize,
    /// Schemas of before, with which those of now were compared.
    pub compared: usize,
}

pub fn check(pipes: &[Source], schemas: &[Source], beside: Beside<'_>) -> Report {
    let (compiled, mut problems) = Pipes::read(pipes, schemas);
    let definitions: Vec<(&Source, Definition)> =
        pipes.iter().filter_map(|source| Some((source, Definition::parse(&source.text).ok()?))).collect();
    problems
        .extend(definitions.iter().flat_map(|(source, definition)| terraform::problems(source, definition)));
    problems.extend(data::problems(&compiled, pipes));
    problems.extend(schemas::problems(compiled.schemas(), schemas));
    problems.extend(registry::entries(&compiled, schemas).err().unwrap_or_default());
    if definitions.len() == pipes.len() {
        problems.extend(schemas::unused(compiled.schemas(), schemas, &definitions));
    }
    let (tests, wrong) = tests::run(&compiled, pipes, beside);
    problems.extend(wrong);
    let checked = Checked {
        pipes: pipes.len(),
        schemas: schemas.len(),
        examples: schemas::examples(compiled.schemas()),
        tests,
        compared: 0,
    };
    Report { problems: line::located(problems, &[pipes, schemas].concat()), checked }
}

#[cfg(test)]
mod suite;
