use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use tablecast_definitions::definition::Definition;
use tablecast_definitions::folder;
use tablecast_definitions::grant::Grants;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};
use tablecast_event_patterns::filter::Filter;
use tablecast_pipeline::pipe::Pipes;
use tablecast_values::located::Located;

use super::error::StartError;
use crate::definitions::Definitions;
use crate::examples;
use crate::options::Options;
use crate::pipe_file::PipeFile;

/// Reads both folders.
pub fn read(options: &Options) -> Result<Definitions, StartError> {
    let pipes = read_some(&options.pipes, "yaml", "--pipes")?;
    Ok(Definitions { pipes, schemas: read_some(&options.schemas, "json", "--schemas")? })
}

/// Rejects definitions that the functions or Pipes would reject, with all problems at once.
pub fn compile(definitions: &Definitions, options: &Options) -> Result<Vec<PipeFile>, StartError> {
    let Definitions { pipes, schemas } = definitions;
    let (compiled, mut problems) = Pipes::read(pipes, schemas);
    let mut files: Vec<_> = pipes.iter().filter_map(|file| pipe_file(file, &mut problems)).collect();
    if !problems.is_empty() {
        return Err(StartError::problems(problems));
    }
    for file in &mut files {
        file.examples = examples::read(&file.definition, &options.pipes, &compiled);
    }
    Ok(files)
}

fn read_some(
    folder: &Path,
    extension: &'static str,
    option: &'static str,
) -> Result<Vec<DefinitionFile>, StartError> {
    let unusable = |reason: io::Error| match reason.kind() {
        ErrorKind::NotFound if !folder.exists() => {
            StartError::NoFolder { folder: folder.to_owned(), option, above: above(folder) }
        }
        _ => StartError::Folder { folder: folder.to_owned(), reason },
    };
    let files = folder::read(folder, extension).map_err(unusable)?;
    match files.is_empty() {
        true => {
            let misnamed = folder::ignored(folder, extension).misnamed.first().map(|it| format!("; {it}"));
            let misnamed = misnamed.unwrap_or_default();
            Err(StartError::NoFiles { folder: folder.to_owned(), extension, option, misnamed })
        }
        false => Ok(files),
    }
}

/// Names a folder above this one that has the wanted folder, for a start in a folder inside a repository.
fn above(folder: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    let found = current.ancestors().skip(1).find(|above| folder.is_relative() && above.join(folder).is_dir());
    found.map(|above| format!(", which is probably {}", above.display())).unwrap_or_default()
}

/// Reports only problems of the filter, because the compiler has reported all others.
fn pipe_file(file: &DefinitionFile, problems: &mut Vec<Problem>) -> Option<PipeFile> {
    let definition = Definition::parse(&file.text).ok()?;
    let wrong = |problem: Located| Problem::new(Rule::Filter, &file.file, problem.path, problem.reason);
    let filter = Filter::new(&definition.filter).map_err(|problem| problems.push(wrong(problem))).ok()?;
    let grants = Grants::compile(std::slice::from_ref(file)).ok()?;
    Some(PipeFile {
        name: file.name.clone(),
        definition,
        filter,
        grants: Arc::new(grants),
        examples: Vec::new(),
    })
}
