//! Finds all mistakes in pipe files and schemas, without running anything.
//!
//! # Layout
//! - `report`: the result of a check
//! - `data`: compares a rule's data with its schema
//! - `schemas`: unknown keywords, invalid examples, and the number of examples
//! - `unused`: schemas that no pipe emits
//! - `terraform`: mistakes that only Terraform would report
//! - `pipe_tests`: runs the tests in pipe files

mod data;
mod pipe_tests;
mod report;
mod schemas;
mod terraform;
mod unused;

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::pipe::Pipes;

use crate::{lines, registry};

pub use pipe_tests::ReadRecord;
pub use report::{Checked, Report};

pub fn check(pipes: &[DefinitionFile], schemas: &[DefinitionFile], read_record: ReadRecord<'_>) -> Report {
    let (compiled, mut problems) = Pipes::read(pipes, schemas);
    let definitions: Vec<(&DefinitionFile, Definition)> =
        pipes.iter().filter_map(|file| Some((file, Definition::parse(&file.text).ok()?))).collect();
    problems.extend(definitions.iter().flat_map(|(file, definition)| terraform::problems(file, definition)));
    problems.extend(data::problems(&compiled, pipes));
    problems.extend(schemas::problems(compiled.schemas(), schemas));
    problems.extend(registry::entries(&compiled, schemas).err().unwrap_or_default());
    // A pipe file that does not parse may emit any event.
    if definitions.len() == pipes.len() {
        problems.extend(unused::problems(compiled.schemas(), schemas, &definitions));
    }
    let (tests, failures) = pipe_tests::run(&compiled, pipes, read_record);
    problems.extend(failures);
    let examples = schemas::examples(compiled.schemas());
    let checked = Checked { pipes: pipes.len(), schemas: schemas.len(), examples, tests, compared: 0 };
    Report { problems: lines::with_lines(problems, &[pipes, schemas].concat()), checked }
}

#[cfg(test)]
mod tests;
