//! Reads the files of `pipes/` and `schemas/`. Nothing else in this crate accesses the disk.

use std::path::Path;
use std::{fs, io};

use crate::problem::DefinitionFile;

/// The files of a folder with this extension, sorted by name.
pub fn read(folder: &Path, extension: &str) -> io::Result<Vec<DefinitionFile>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths.iter().map(|path| file(path)).collect()
}

fn file(path: &Path) -> io::Result<DefinitionFile> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    Ok(DefinitionFile {
        file: path.display().to_string(),
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).map_err(named)?,
    })
}
