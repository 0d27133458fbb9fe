use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use super::store::{BoxError, Store};

/// Keeps progress in one file, over restarts of the process. Only one process may use the file.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
    /// Held while the file is read and replaced.
    lock: Mutex<()>,
}

impl FileStore {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), lock: Mutex::new(()) }
    }

    fn read(&self) -> Result<BTreeMap<String, String>, BoxError> {
        let text = match fs::read_to_string(&self.path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
            text => text.map_err(|error| self.failed(error))?,
        };
        serde_json::from_str(&text).map_err(|error| {
            format!("{}: {error}: delete the file, or restore its content", self.path.display()).into()
        })
    }

    fn failed(&self, error: io::Error) -> BoxError {
        format!("{}: {error}: check the folder and its permissions", self.path.display()).into()
    }
}

impl Store for FileStore {
    fn load(&self, name: &str) -> Result<Option<String>, BoxError> {
        let _lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.read()?.remove(name))
    }

    fn save(&self, name: &str, progress: &str) -> Result<(), BoxError> {
        let _lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        let mut saved = self.read()?;
        saved.insert(name.to_owned(), progress.to_owned());
        replace(&self.path, &serde_json::to_string(&saved)?).map_err(|error| self.failed(error))
    }
}

/// A process that is killed leaves the old file or the new one.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut new = OsString::from(path);
    new.push(".new");
    fs::write(&new, text)?;
    fs::rename(&new, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_store_of_the_same_file_has_all_names() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        let store = FileStore::new(&path);
        assert_eq!(store.load("a").unwrap(), None);
        for (name, progress) in [("a", "1"), ("b", "2"), ("a", "3")] {
            store.save(name, progress).unwrap();
        }
        let other = FileStore::new(&path);
        assert_eq!(
            ["a", "b", "c"].map(|name| other.load(name).unwrap()),
            [Some("3".to_owned()), Some("2".to_owned()), None]
        );
    }

    #[test]
    fn errors_name_the_file_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        fs::write(&path, "{").unwrap();
        let error = FileStore::new(&path).load("a").unwrap_err().to_string();
        assert!(error.contains("progress.json: ") && error.contains("delete the file"), "{error}");
        let error = FileStore::new(folder.path().join("no/folder")).save("a", "1").unwrap_err().to_string();
        assert!(error.contains("check the folder"), "{error}");
    }
}
