use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tablecast_definitions::problem::DefinitionFile;
use tempfile::TempDir;

use crate::definitions::Definitions;

/// A copy of definitions that compile. A function reads it when its process starts, which can be after an edit
/// that does not compile.
pub struct Snapshot(TempDir);

impl Snapshot {
    pub fn write(definitions: &Definitions) -> io::Result<Self> {
        let snapshot = Self(tempfile::Builder::new().prefix("tablecast-").tempdir()?);
        write_all(&snapshot.folder("pipes"), &definitions.pipes, "yaml")?;
        write_all(&snapshot.folder("schemas"), &definitions.schemas, "json")?;
        Ok(snapshot)
    }

    pub fn pipes(&self) -> String {
        self.folder("pipes").display().to_string()
    }

    pub fn schemas(&self) -> String {
        self.folder("schemas").display().to_string()
    }

    pub fn into_folder(self) -> TempDir {
        self.0
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

fn write_all(folder: &Path, files: &[DefinitionFile], extension: &str) -> io::Result<()> {
    fs::create_dir(folder)?;
    files.iter().try_for_each(|file| fs::write(folder.join(format!("{}.{extension}", file.name)), &file.text))
}
