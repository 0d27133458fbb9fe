//! The schemas of before: of a folder, or of a revision in git, which leaves the working tree as it is.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use tablecast_definitions::folder;
use tablecast_definitions::problem::Source;

type Read<T> = Result<T, Box<dyn Error>>;

/// `against` is a folder in which `schemas` lies where it lies here, or a revision.
pub fn schemas(against: &str, schemas: &Path) -> Read<Vec<Source>> {
    let found = match Path::new(against).is_dir() {
        true => of_folder(&Path::new(against).join(schemas.strip_prefix("/").unwrap_or(schemas)))?,
        false => of_revision(against, schemas)?,
    };
    match found.is_empty() {
        true => Err(format!(
            "{against} has no schemas in {}: there is nothing to compare with",
            schemas.display()
        )
        .into()),
        false => Ok(found),
    }
}

fn of_folder(folder: &Path) -> Read<Vec<Source>> {
    folder::read(folder, "json").map_err(|error| format!("{}: {error}", folder.display()).into())
}

fn of_revision(revision: &str, schemas: &Path) -> Read<Vec<Source>> {
    let commit = commit(revision, schemas)?;
    // Paths are those below the folder: git is told to work there.
    let names = git(schemas, &["ls-tree", "-z", "--name-only", &commit])?;
    let names = names.split('\0').filter(|name| name.ends_with(".json") && !name.contains('/'));
    names.map(|name| source(schemas, &commit, name)).collect()
}

/// What the revision names, so that nothing else reads it as an option.
fn commit(revision: &str, schemas: &Path) -> Read<String> {
    let name = format!("{revision}^{{commit}}");
    let found = git(schemas, &["rev-parse", "--verify", "--end-of-options", &name]);
    let found = found.map_err(|error| {
        format!("{revision} is neither a folder nor a revision that git has ({error}); in CI, fetch it first")
    })?;
    Ok(found.trim().to_owned())
}

fn source(schemas: &Path, commit: &str, name: &str) -> Read<Source> {
    Ok(Source {
        file: schemas.join(name).display().to_string(),
        name: name.trim_end_matches(".json").to_owned(),
        text: git(schemas, &["cat-file", "blob", &format!("{commit}:./{name}")])?,
    })
}

fn git(folder: &Path, arguments: &[&str]) -> Read<String> {
    let output = Command::new("git").arg("-C").arg(folder).args(arguments).output();
    let output = output.map_err(|error| format!("git: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?),
        false => {
            Err(format!("git {}: {}", arguments[0], String::from_utf8_lossy(&output.stderr).trim()).into())
        }
    }
}
