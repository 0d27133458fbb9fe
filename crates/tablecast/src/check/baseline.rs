//! The earlier schemas and pipe files, of a folder or of a Git revision.
//!
//! # Layout
//! - `revision`: reads the files of a revision; `git`: runs Git

mod git;
mod revision;

use std::error::Error;
use std::path::{Component, Path, PathBuf};

use tablecast_definitions::definition::Definition;
use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;

use crate::definitions::{DefinitionFolders, Definitions};
use crate::output;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The earlier definitions.
pub struct Baseline {
    pub schemas: Vec<DefinitionFile>,
    pub pipes: Vec<DefinitionFile>,
}

/// `against` is a revision, or a folder that contains the definitions at the same paths. A revision from before the
/// first definitions has nothing to compare with.
pub fn read_all(against: &str, folders: &DefinitionFolders, current: &Definitions) -> Result<Baseline> {
    let schemas = read(against, &folders.schemas, "json")?;
    let found = Baseline { schemas, pipes: pipes(against, &folders.pipes)? };
    readable(against, &found.pipes)?;
    if !Path::new(against).is_dir() {
        not_moved(against, &folders.schemas, &found.schemas, &current.schemas)?;
        not_moved(against, &folders.pipes, &found.pipes, &current.pipes)?;
    }
    if found.schemas.is_empty() {
        let names = (folders.schemas.display(), folders.pipes.display());
        if !found.pipes.is_empty() || Path::new(against).is_dir() {
            return Err(format!(
                "--against {against}: has no schemas in {} to compare with; choose a revision or folder that has them",
                names.0
            )
            .into());
        }
        output::note(format!(
            "note: {against} has no definitions in {} and {} yet, so nothing is compared",
            names.1, names.0
        ));
    }
    Ok(found)
}

/// An earlier pipe file that cannot be read would hide all changes of its pipe.
fn readable(against: &str, pipes: &[DefinitionFile]) -> Result<()> {
    for file in pipes {
        Definition::read_earlier(&file.text).map_err(|reason| {
            format!("--against {against}: {} at {against}: {reason}; choose a revision or folder whose files pass `check`", file.file)
        })?;
    }
    Ok(())
}

/// A folder that was moved has no earlier files at its new place, and then nothing would be compared.
fn not_moved(against: &str, folder: &Path, before: &[DefinitionFile], now: &[DefinitionFile]) -> Result<()> {
    let moved = if before.is_empty() { revision::moved(against, folder, now)? } else { None };
    moved.map_or(Ok(()), |path| {
        let folder = folder.display();
        Err(format!(
            "--against {against}: has {path}, and no files in {folder}, so nothing can be compared; move the folder back, or \
             check out {against} in another folder and compare with that"
        )
        .into())
    })
}

/// Returns no pipe files if there were none.
fn pipes(against: &str, pipes: &Path) -> Result<Vec<DefinitionFile>> {
    match Path::new(against).is_dir() && !inside(Path::new(against), pipes).is_dir() {
        true => Ok(Vec::new()),
        false => read(against, pipes, "yaml"),
    }
}

fn read(against: &str, folder: &Path, extension: &str) -> Result<Vec<DefinitionFile>> {
    match Path::new(against).is_dir() {
        true => from_folder(&inside(Path::new(against), folder), extension),
        false => revision::read(against, folder, extension),
    }
}

/// Returns the folder inside of `against`. If the path starts elsewhere, as an absolute one does, the result is
/// the longest end that exists there.
fn inside(against: &Path, folder: &Path) -> PathBuf {
    let names = folder.components().filter(|part| matches!(part, Component::Normal(_)));
    let names: Vec<Component<'_>> = names.collect();
    let mut ends = (0..names.len()).map(|start| against.join(names[start..].iter().collect::<PathBuf>()));
    let last = || names.last().map_or_else(|| against.to_owned(), |name| against.join(name));
    let fallback = || if folder.is_relative() { against.join(folder) } else { last() };
    ends.find(|path| path.is_dir()).unwrap_or_else(fallback)
}

fn from_folder(folder: &Path, extension: &str) -> Result<Vec<DefinitionFile>> {
    folder::read(folder, extension).map_err(|error| format!("{}: {error}", folder.display()).into())
}
