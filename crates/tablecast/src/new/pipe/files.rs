//! The proposed files with their paths.

use std::path::PathBuf;

use tablecast_authoring::proposal::{self, Proposal};
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::DefinitionFile;

use crate::definitions::DefinitionFolders;
use crate::new_files;

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
pub fn write(proposal: &Proposal, folders: &DefinitionFolders) -> Result<Vec<PathBuf>, String> {
    let files = files(proposal, folders);
    new_files::write(&files, "delete what you do not need, or choose other names with --name and --entity")?;
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

/// All proposed files with their paths.
pub fn files(proposal: &Proposal, folders: &DefinitionFolders) -> Vec<(PathBuf, String)> {
    let file = |folder: &PathBuf, file: &proposal::File| (folder.join(&file.name), file.text.clone());
    let pipe = [&proposal.pipe].into_iter().chain(&proposal.fixtures).map(|it| file(&folders.pipes, it));
    pipe.chain(proposal.schemas.iter().map(|it| file(&folders.schemas, it))).collect()
}
