//! Finds all mistakes in pipe files and schemas, without running anything.
//!
//! # Layout
//! - `report`: the result of a check
//! - `filters`: patterns that Pipes refuse or that cannot match a stream record
//! - `grants`: grants that match no subject, and subjects that no grant matches
//! - `binary_subjects`: subjects with a binary attribute
//! - `data`: compares a rule's data with its schema
//! - `schemas`: unknown keywords, invalid examples, and the number of examples
//! - `type_names`: event types that code generators cannot take or distinguish
//! - `unused`: schemas that no pipe emits
//! - `terraform`: mistakes that only Terraform would report
//! - `pipe_tests`: runs the tests in pipe files; `grant_tests`: those of grants
//! - `renamed`: pipe files with another name than before

mod binary_subjects;
mod data;
mod filters;
mod grant_tests;
mod grants;
mod pipe_tests;
mod renamed;
mod report;
mod schemas;
mod terraform;
mod type_names;
mod unused;

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::pipe::Pipes;

use crate::{lines, registry};

pub use pipe_tests::ReadRecord;
pub use renamed::renamed_pipes;
pub use report::{Checked, Report};

pub fn check(pipes: &[DefinitionFile], schemas: &[DefinitionFile], read_record: ReadRecord<'_>) -> Report {
    let (compiled, mut problems) = Pipes::read(pipes, schemas);
    let definitions: Vec<(&DefinitionFile, Definition)> =
        pipes.iter().filter_map(|file| Some((file, Definition::parse(&file.text).ok()?))).collect();
    for (file, definition) in &definitions {
        let misread = terraform::problems(file, definition);
        let is_misread = |path: &str| misread.iter().any(|problem| problem.path == path);
        problems.extend(filters::problems(file, definition).into_iter().filter(|it| !is_misread(&it.path)));
        problems.extend(misread);
    }
    problems.extend(data::problems(&compiled, pipes));
    problems.extend(schemas::problems(compiled.schemas(), schemas));
    problems.extend(registry::entries(&compiled, schemas).err().unwrap_or_default());
    let mut warnings = binary_subjects::problems(&compiled, pipes, read_record);
    // A pipe file that does not parse may emit any event, with any subject.
    if definitions.len() == pipes.len() {
        problems.extend(unused::problems(compiled.schemas(), schemas, &definitions));
        problems.extend(grants::unmatched(&definitions));
        warnings.extend(grants::missing(&definitions));
    }
    let tests = pipe_tests::run(&compiled, pipes, read_record);
    problems.extend(tests.failures);
    let (grant_tests, failures) = grant_tests::run(&definitions);
    problems.extend(failures);
    warnings.extend(tests.skipped);
    let checked = Checked {
        pipes: pipes.len(),
        schemas: schemas.len(),
        examples: schemas::examples(compiled.schemas()),
        tests: tests.run + grant_tests,
        skipped: tests.skipped_count,
        compared: 0,
    };
    let files = [pipes, schemas].concat();
    let [problems, warnings] = [problems, warnings].map(|found| lines::with_lines(found, &files));
    Report { problems, warnings, checked }
}

#[cfg(test)]
mod tests;
