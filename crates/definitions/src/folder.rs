//! Reading the files of `pipes/` and `schemas/`: the only place here that touches a disk.

use std::path::Path;
use std::{fs, io};

use crate::problem::Source;

/// The files of a folder that end in `.extension`, in the order of their names.
pub fn read(folder: &Path, extension: &str) -> io::Result<Vec<Source>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths.iter().map(|path| source(path)).collect()
}

fn source(path: &Path) -> io::Result<Source> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    Ok(Source {
        file: path.display().to_string(),
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).map_err(named)?,
    })
}
