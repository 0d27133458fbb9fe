//! Reads the files of a Git revision, without touching the work tree.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tablecast_definitions::folder;
use tablecast_definitions::problem::DefinitionFile;

use super::Result;
use super::git::git;

pub fn read(revision: &str, folder: &Path, extension: &str) -> Result<Vec<DefinitionFile>> {
    let commit = commit(revision, folder)?;
    // Git runs in the folder, so the names are relative to it.
    let entries = text(folder, &["ls-tree", "-z", &commit])?;
    let files = entries.split('\0').filter_map(|entry| entry.split_once('\t'));
    let files = files.filter(|(kind, _)| kind.contains(" blob ")).map(|(_, name)| name);
    let is_definition =
        |name: &&str| folder::is_definition(Path::new(name), extension) && !name.contains('/');
    let prefix = text(folder, &["rev-parse", "--show-prefix"])?;
    let prefix = prefix.trim_end_matches('\n');
    let read = |name: &str| {
        let file = folder.join(name).display().to_string();
        let text = blob(folder, &format!("{commit}:{prefix}{name}"));
        let text = text.map_err(|error| format!("--against {revision}: {file} at {revision}: {error}"))?;
        let name = Path::new(name).file_stem().unwrap_or_default().to_string_lossy().into_owned();
        Ok(DefinitionFile { file, name, text })
    };
    files.filter(is_definition).map(read).collect()
}

/// Returns a file of the revision that has the name of one of these files, and is elsewhere in the work tree now.
pub fn moved(revision: &str, folder: &Path, now: &[DefinitionFile]) -> Result<Option<String>> {
    let names: BTreeSet<&OsStr> = now.iter().filter_map(|file| Path::new(&file.file).file_name()).collect();
    let top = PathBuf::from(text(folder, &["rev-parse", "--show-toplevel"])?.trim_end_matches('\n'));
    let paths =
        text(folder, &["ls-tree", "-r", "-z", "--name-only", "--full-tree", &commit(revision, folder)?])?;
    let has_name = |path: &&str| Path::new(path).file_name().is_some_and(|name| names.contains(name));
    Ok(paths.split('\0').filter(has_name).find(|path| !top.join(path).exists()).map(str::to_owned))
}

/// Resolves the revision to a commit id. Later commands cannot mistake an id for an option.
fn commit(revision: &str, folder: &Path) -> Result<String> {
    let name = format!("{revision}^{{commit}}");
    let found = text(folder, &["rev-parse", "--verify", "--end-of-options", &name]);
    let found = found.map_err(|error| {
        format!("--against {revision}: is neither a folder nor a Git revision ({error}); in CI, fetch the revision first")
    })?;
    Ok(found.trim().to_owned())
}

/// Reads a file, also through a link to another file of the commit.
fn blob(folder: &Path, object: &str) -> Result<String> {
    let output = git(folder, &["cat-file", "--batch", "--follow-symlinks"], &format!("{object}\n"))?;
    let end = output.iter().position(|byte| *byte == b'\n').unwrap_or(output.len());
    let (header, content) = output.split_at(end);
    match String::from_utf8_lossy(header).split(' ').collect::<Vec<_>>()[..] {
        [_, "blob", size] => {
            let content = content.get(1..=size.parse()?).unwrap_or_default();
            Ok(String::from_utf8(content.to_vec()).map_err(|_| "is not UTF-8")?)
        }
        _ => Err("is a link to a file that the commit does not have".into()),
    }
}

fn text(folder: &Path, arguments: &[&str]) -> Result<String> {
    Ok(String::from_utf8(git(folder, arguments, "")?)?)
}
