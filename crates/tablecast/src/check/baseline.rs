//! The earlier schemas and pipe files, of a folder or of a Git revision. Git reads them without touching the
//! working tree.

use std::error::Error;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;

use crate::definitions::DefinitionFolders;
use crate::output;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The earlier definitions.
pub struct Baseline {
    pub schemas: Vec<DefinitionFile>,
    pub pipes: Vec<DefinitionFile>,
}

/// `against` is a revision, or a folder that contains the definitions at the same paths. A revision from before the
/// first definitions has nothing to compare with.
pub fn read_all(against: &str, folders: &DefinitionFolders) -> Result<Baseline> {
    let schemas = read(against, &folders.schemas, "json")?;
    let found = Baseline { schemas, pipes: pipes(against, &folders.pipes)? };
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
        false => from_revision(against, folder, extension),
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

fn from_revision(revision: &str, folder: &Path, extension: &str) -> Result<Vec<DefinitionFile>> {
    let commit = commit(revision, folder)?;
    // Git runs in the folder, so the names are relative to it.
    let entries = git(folder, &["ls-tree", "-z", &commit])?;
    let files = entries.split('\0').filter_map(|entry| entry.split_once('\t'));
    let files = files.filter(|(kind, _)| kind.contains(" blob ")).map(|(_, name)| name);
    let is_definition =
        |name: &&str| folder::is_definition(Path::new(name), extension) && !name.contains('/');
    files.filter(is_definition).map(|name| source(folder, &commit, name)).collect()
}

/// Resolves the revision to a commit id. Later commands cannot mistake an id for an option.
fn commit(revision: &str, folder: &Path) -> Result<String> {
    let name = format!("{revision}^{{commit}}");
    let found = git(folder, &["rev-parse", "--verify", "--end-of-options", &name]);
    let found = found.map_err(|error| {
        format!("--against {revision}: is neither a folder nor a Git revision ({error}); in CI, fetch the revision first")
    })?;
    Ok(found.trim().to_owned())
}

fn source(folder: &Path, commit: &str, name: &str) -> Result<DefinitionFile> {
    Ok(DefinitionFile {
        file: folder.join(name).display().to_string(),
        name: Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        text: git(folder, &["cat-file", "blob", &format!("{commit}:./{name}")])?,
    })
}

fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| format!("cannot run git: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => {
            Err(format!("git {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr).trim()).into())
        }
    }
}
