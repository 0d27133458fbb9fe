use std::path::Path;
use std::sync::Arc;

use tablecast_definitions::definition::Definition;
use tablecast_definitions::folder;
use tablecast_definitions::grant::Grants;
use tablecast_definitions::problem::{Problem, Rule, Source};
use tablecast_pipeline::pipe::Pipes;
use tablecast_values::located::Located;

use super::StartError;
use crate::options::Options;
use crate::pipes::Filter;

/// A pipe file in which nothing is wrong.
#[derive(Debug)]
pub struct PipeFile {
    /// The pipe's name, which is its file's.
    pub name: String,
    pub definition: Definition,
    pub filter: Filter,
    pub grants: Arc<Grants>,
}

/// Refuses what the functions would refuse when they start, and filters that Pipes would; all of it at once.
pub fn read(options: &Options) -> Result<Vec<PipeFile>, StartError> {
    let pipes = sources(&options.pipes, "yaml", "--pipes")?;
    let schemas = sources(&options.schemas, "json", "--schemas")?;
    let mut problems = Pipes::compile(&pipes, &schemas).err().unwrap_or_default();
    let files = pipes.iter().filter_map(|source| pipe_file(source, &mut problems)).collect();
    match problems.is_empty() {
        true => Ok(files),
        false => Err(StartError::problems(problems)),
    }
}

fn sources(folder: &Path, extension: &'static str, option: &'static str) -> Result<Vec<Source>, StartError> {
    let unusable = |reason| StartError::Folder { folder: folder.to_owned(), reason };
    let sources = folder::read(folder, extension).map_err(unusable)?;
    match sources.is_empty() {
        true => Err(StartError::NoFiles { folder: folder.to_owned(), extension, option }),
        false => Ok(sources),
    }
}

/// Only what is wrong with the filter is told here: what else is, the compiler has told.
fn pipe_file(source: &Source, problems: &mut Vec<Problem>) -> Option<PipeFile> {
    let definition = Definition::parse(&source.text).ok()?;
    let wrong = |problem: Located| Problem::new(Rule::Filter, &source.file, problem.path, problem.reason);
    let filter = Filter::new(&definition.filter).map_err(|problem| problems.push(wrong(problem))).ok()?;
    let grants = Grants::compile(std::slice::from_ref(source)).ok()?;
    Some(PipeFile { name: source.name.clone(), definition, filter, grants: Arc::new(grants) })
}
