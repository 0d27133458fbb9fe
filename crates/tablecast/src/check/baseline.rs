//! The earlier schemas: files of a folder, or of a Git revision. Git reads them without touching the working
//! tree.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// `against` is a revision, or a folder that contains `schemas` at the same relative path.
pub fn read(against: &str, schemas: &Path) -> Result<Vec<DefinitionFile>> {
    let found = match Path::new(against).is_dir() {
        true => from_folder(&Path::new(against).join(schemas.strip_prefix("/").unwrap_or(schemas)))?,
        false => from_revision(against, schemas)?,
    };
    match found.is_empty() {
        true => Err(format!(
            "--against {against}: has no schemas in {} to compare with; choose a revision or folder that has them",
            schemas.display()
        )
        .into()),
        false => Ok(found),
    }
}

fn from_folder(folder: &Path) -> Result<Vec<DefinitionFile>> {
    folder::read(folder, "json").map_err(|error| format!("{}: {error}", folder.display()).into())
}

fn from_revision(revision: &str, schemas: &Path) -> Result<Vec<DefinitionFile>> {
    let commit = commit(revision, schemas)?;
    // Git runs in the folder, so the names are relative to it.
    let names = git(schemas, &["ls-tree", "-z", "--name-only", &commit])?;
    let names = names.split('\0').filter(|name| name.ends_with(".json") && !name.contains('/'));
    names.map(|name| source(schemas, &commit, name)).collect()
}

/// Resolves the revision to a commit id. Later commands cannot mistake an id for an option.
fn commit(revision: &str, schemas: &Path) -> Result<String> {
    let name = format!("{revision}^{{commit}}");
    let found = git(schemas, &["rev-parse", "--verify", "--end-of-options", &name]);
    let found = found.map_err(|error| {
        format!("--against {revision}: is neither a folder nor a Git revision ({error}); in CI, fetch the revision first")
    })?;
    Ok(found.trim().to_owned())
}

fn source(schemas: &Path, commit: &str, name: &str) -> Result<DefinitionFile> {
    Ok(DefinitionFile {
        file: schemas.join(name).display().to_string(),
        name: name.trim_end_matches(".json").to_owned(),
        text: git(schemas, &["cat-file", "blob", &format!("{commit}:./{name}")])?,
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
