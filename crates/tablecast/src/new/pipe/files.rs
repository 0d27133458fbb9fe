//! Writes the proposed files, unless one of them exists.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tablecast_authoring::proposal::{self, Proposal};
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::DefinitionFile;

use crate::definitions::DefinitionFolders;

pub fn refuse_second_pipe(pipes: &[DefinitionFile], table: &str) -> Result<(), String> {
    let is_of_table = |pipe: &&DefinitionFile| {
        Definition::parse(&pipe.text).is_ok_and(|definition| definition.table == table)
    };
    match pipes.iter().find(is_of_table) {
        None => Ok(()),
        Some(pipe) => Err(format!(
            "{file}: the table {table} has this pipe, and a table can have only one; add events to the file, or delete it first",
            file = pipe.file
        )),
    }
}

/// Returns the paths of the files, in the order in which to read them.
pub fn write(proposal: &Proposal, folders: &DefinitionFolders) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let files = files(proposal, folders);
    let existing: Vec<String> =
        files.iter().filter(|(path, _)| path.exists()).map(|(path, _)| path.display().to_string()).collect();
    if !existing.is_empty() {
        return Err(already_exist(&existing).into());
    }
    files.iter().try_for_each(|(path, file)| create(path, &file.text))?;
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

fn files<'p>(proposal: &'p Proposal, folders: &DefinitionFolders) -> Vec<(PathBuf, &'p proposal::File)> {
    let pipe = [&proposal.pipe].into_iter().chain(&proposal.fixtures);
    let pipe = pipe.map(|file| (folders.pipes.join(&file.name), file));
    pipe.chain(proposal.schemas.iter().map(|file| (folders.schemas.join(&file.name), file))).collect()
}

fn already_exist(files: &[String]) -> String {
    format!(
        "{} already {}, so nothing was written; delete what you do not need, or choose other names with --name and --entity",
        files.join(", "),
        if files.len() == 1 { "exists" } else { "exist" },
    )
}

/// Fails if another program created the file in the meantime.
fn create(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    let failure = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => already_exist(&[path.display().to_string()]),
        _ => format!("{}: cannot write: {error}", path.display()),
    };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failure)?;
    File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failure)?;
    Ok(())
}
