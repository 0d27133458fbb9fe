//! Compares the data of a pipe's rules with the schema, as far as the values are known without a record.
//!
//! # Layout
//! - `comparison`: compares known values
//! - `unknown`: compares attributes of the table, whose values are not known
//! - `types`: the type of a value, for messages

mod comparison;
mod types;
mod unknown;

use tablecast_definitions::problem::{DefinitionFile, Problem};
use tablecast_pipeline::pipe::Pipes;

use crate::schema::{Location, Resolver};
use comparison::Comparison;

/// The greatest depth of comparisons. Recursive schemas have no end.
const MAX_DEPTH: usize = 16;

pub fn problems(pipes: &Pipes, files: &[DefinitionFile]) -> Vec<Problem> {
    let resolver = Resolver::new(pipes.schemas().iter().map(|(_, schema)| &schema.document));
    let mut problems = Vec::new();
    for pipe in pipes.iter() {
        let Some(file) = files.iter().find(|file| file.name == pipe.name) else { continue };
        for (path, event_type, shape) in pipe.emits() {
            let Some(schema) = pipes.schemas().get(event_type) else { continue };
            let mut comparison = Comparison::new(&file.file, event_type);
            let location = Location::root(&resolver, &schema.document);
            comparison.compare(&shape, &location, path, MAX_DEPTH);
            problems.append(&mut comparison.problems);
        }
    }
    problems
}
