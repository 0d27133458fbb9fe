//! Finds all mistakes in pipe files and schemas, without running anything.
//!
//! # Layout
//! - `report`: the result of a check
//! - `filters`: patterns that Pipes refuse or that cannot match a stream record
//! - `grants`: grants that match no subject, and subjects that no grant matches
//! - `channels`: grants wider than a channel, and pipes that share logs
//! - `binary_subjects`: subjects with a binary attribute
//! - `state_scans`: states of which no grant allows to load more than single items
//! - `data`: compares a rule's data with its schema
//! - `schema_cycles`: references that lead back to themselves
//! - `schemas`: unknown keywords, invalid examples, and the number of examples
//! - `type_names`: event types that code generators cannot take or distinguish
//! - `unused`: schemas that no pipe emits
//! - `terraform`: mistakes that only Terraform would report
//! - `reads`: the rules that emit events of items that are read from the table
//! - `pipe_tests`: runs the tests in pipe files; `grant_tests`: those of grants
//! - `renamed`: pipe files with another name than before; `changed_logs`: with another `log`; `removed_states`:
//!   without the `state` that they had; `removed_pipes`: those that are gone; `changes`: pairs them

mod binary_subjects;
mod changed_logs;
mod changes;
mod channels;
mod data;
mod filters;
mod grant_tests;
mod grants;
mod pipe_tests;
mod reads;
mod removed_pipes;
mod removed_states;
mod renamed;
mod report;
mod schema_cycles;
mod schemas;
mod state_scans;
mod terraform;
mod type_names;
mod unused;

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem};
use tablecast_pipeline::pipe::Pipes;

use crate::{lines, registry};

pub use changed_logs::{changed_channels, changed_keeps, removed_buses};
pub use pipe_tests::ReadRecord;
pub use reads::ReadRule;
pub use removed_pipes::removed_pipes;
pub use removed_states::removed_states;
pub use renamed::renamed_pipes;
pub use report::{Checked, Report};

pub fn check(pipes: &[DefinitionFile], schemas: &[DefinitionFile], read_record: ReadRecord<'_>) -> Report {
    let (compiled, problems) = Pipes::read(pipes, schemas);
    let definitions =
        pipes.iter().filter_map(|file| Some((file, Definition::parse(&file.text).ok()?))).collect();
    let mut check = Check { pipes, schemas, compiled, definitions, problems, warnings: Vec::new() };
    check.pipe_files(read_record);
    check.schemas();
    check.relations();
    let checked = check.tests(read_record);
    let reads = reads::rules(&check.compiled, pipes);
    let files = [pipes, schemas].concat();
    let [problems, warnings] = [check.problems, check.warnings].map(|found| lines::with_lines(found, &files));
    Report { problems, warnings, checked, reads }
}

/// The files, and what is wrong with them so far.
struct Check<'f> {
    pipes: &'f [DefinitionFile],
    schemas: &'f [DefinitionFile],
    compiled: Pipes,
    /// The pipe files that parse.
    definitions: Vec<(&'f DefinitionFile, Definition)>,
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
}

impl Check<'_> {
    fn pipe_files(&mut self, read_record: ReadRecord<'_>) {
        for (file, definition) in &self.definitions {
            let misread = terraform::problems(file, definition);
            let is_misread = |path: &str| misread.iter().any(|problem| problem.path == path);
            let filters = filters::problems(file, definition);
            self.problems.extend(filters.into_iter().filter(|problem| !is_misread(&problem.path)));
            self.problems.extend(misread);
        }
        self.problems.extend(data::problems(&self.compiled, self.pipes));
        self.warnings.extend(binary_subjects::problems(&self.compiled, self.pipes, read_record));
    }

    fn schemas(&mut self) {
        self.problems.extend(schemas::problems(self.compiled.schemas(), self.schemas));
        self.problems.extend(schema_cycles::problems(self.compiled.schemas(), self.schemas));
        self.problems.extend(registry::entries(&self.compiled, self.schemas).err().unwrap_or_default());
    }

    /// Compares the files with each other. A pipe file that does not parse may emit any event, with any subject.
    fn relations(&mut self) {
        if self.definitions.len() == self.pipes.len() {
            let unused = unused::problems(self.compiled.schemas(), self.schemas, &self.definitions);
            self.problems.extend(unused);
            self.problems.extend(grants::unmatched(&self.definitions));
            self.warnings.extend(grants::missing(&self.definitions));
            self.problems.extend(channels::shared_states(&self.definitions));
            self.warnings.extend(channels::wide_grants(&self.definitions));
            self.warnings.extend(channels::shared_logs(&self.definitions));
            self.warnings.extend(state_scans::problems(&self.compiled, &self.definitions));
        }
    }

    fn tests(&mut self, read_record: ReadRecord<'_>) -> Checked {
        let tests = pipe_tests::run(&self.compiled, self.pipes, read_record);
        let (grant_tests, failures) = grant_tests::run(&self.definitions);
        self.problems.extend(tests.failures.into_iter().chain(failures));
        self.warnings.extend(tests.skipped);
        Checked {
            pipes: self.pipes.len(),
            schemas: self.schemas.len(),
            examples: schemas::examples(self.compiled.schemas()),
            tests: tests.run + grant_tests,
            skipped: tests.skipped_count,
            compared: 0,
        }
    }
}

#[cfg(test)]
mod tests;
