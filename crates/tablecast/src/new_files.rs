//! Writes files, unless one of them exists.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes all of these files, or none if one of them exists or cannot be written. The error then names the remedy.
pub fn write(files: &[(PathBuf, String)], remedy: &str) -> Result<(), String> {
    let exists = |path: &&Path| fs::symlink_metadata(path).is_ok();
    refuse_existing(files.iter().map(|(path, _)| path.as_path()).filter(exists), remedy)?;
    let mut created = Vec::new();
    let written = files.iter().try_for_each(|(path, text)| create(path, text, remedy, &mut created));
    if written.is_err() {
        created.iter().rev().for_each(|path| remove(path));
    }
    written
}

/// Leaves a folder alone in which somebody else has a file.
fn remove(path: &Path) {
    let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
}

/// The error names all of these files, which exist.
pub fn refuse_existing<'p>(existing: impl Iterator<Item = &'p Path>, remedy: &str) -> Result<(), String> {
    let names: Vec<String> = existing.map(|path| path.display().to_string()).collect();
    match &names[..] {
        [] => Ok(()),
        [name] => Err(format!("{name} already exists, so nothing was written; {remedy}")),
        names => Err(format!("{} already exist, so nothing was written; {remedy}", names.join(", "))),
    }
}

/// Fails if another program created the file in the meantime.
fn create(path: &Path, text: &str, remedy: &str, created: &mut Vec<PathBuf>) -> Result<(), String> {
    let failure = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} already exists; {remedy}", path.display()),
        _ => format!("{}: cannot write: {error}", path.display()),
    };
    let is_missing = |folder: &&Path| !folder.as_os_str().is_empty() && fs::symlink_metadata(folder).is_err();
    let missing: Vec<_> = path.ancestors().skip(1).take_while(is_missing).map(Path::to_owned).collect();
    created.extend(missing.into_iter().rev());
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failure)?;
    let mut file = File::create_new(path).map_err(failure)?;
    created.push(path.to_owned());
    file.write_all(text.as_bytes()).map_err(failure)
}
