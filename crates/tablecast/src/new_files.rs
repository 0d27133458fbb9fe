//! Writes files, unless one of them exists.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// Writes all of these files, or none if one of them exists. The error says what to do then.
pub fn write(files: &[(PathBuf, String)], remedy: &str) -> Result<(), String> {
    refuse_existing(files.iter().map(|(path, _)| path.as_path()).filter(|path| path.exists()), remedy)?;
    files.iter().try_for_each(|(path, text)| create(path, text, remedy))
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
fn create(path: &Path, text: &str, remedy: &str) -> Result<(), String> {
    let failure = |error: io::Error| match error.kind() {
        ErrorKind::AlreadyExists => format!("{} already exists; {remedy}", path.display()),
        _ => format!("{}: cannot write: {error}", path.display()),
    };
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(failure)?;
    File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())).map_err(failure)
}
