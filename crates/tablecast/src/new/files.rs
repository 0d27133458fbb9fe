//! Writing what is proposed, unless one of the files is there already.

use std::error::Error;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use tablecast_authoring::proposal::Proposal;
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::Source;

pub fn refuse_second_pipe(pipes: &[Source], table: &str) -> Result<(), String> {
    let is_of_table =
        |pipe: &&Source| Definition::parse(&pipe.text).is_ok_and(|definition| definition.table == table);
    match pipes.iter().find(is_of_table) {
        None => Ok(()),
        Some(pipe) => Err(format!(
            "{table} has a pipe already, {}: a table has one; add events to that file, or delete it first",
            pipe.file
        )),
    }
}

/// The paths of the files, in the order in which they are worth reading.
pub fn write(proposal: &Proposal, pipes: &Path, schemas: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let beside =
        [&proposal.pipe].into_iter().chain(&proposal.fixtures).map(|file| (pipes.join(&file.name), file));
    let files: Vec<_> =
        beside.chain(proposal.schemas.iter().map(|file| (schemas.join(&file.name), file))).collect();
    let present: Vec<String> =
        files.iter().filter(|(path, _)| path.exists()).map(|(path, _)| path.display().to_string()).collect();
    if !present.is_empty() {
        return Err(there_already(&present).into());
    }
    files.iter().try_for_each(|(path, file)| create(path, &file.text))?;
    Ok(files.into_iter().map(|(path, _)| path).collect())
}

fn there_already(present: &[String]) -> String {
    format!(
        "{} {} there already, so nothing was written: delete what you do not need, or choose other names: --name for the pipe, \
         --entity for its events",
        present.join(", "),
        if present.len() == 1 { "is" } else { "are" },
    )
}

/// Fails where a file has appeared meanwhile.
fn create(path: &Path, text: &str) -> Result<(), Box<dyn Error>> {
    let told = |error: std::io::Error| match error.kind() {
        ErrorKind::AlreadyExists => there_already(&[path.display().to_string()]),
        _ => format!("{}: {error}", path.display()),
    };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(told)?;
    File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(told)?;
    Ok(())
}
