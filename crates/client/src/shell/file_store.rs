use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io};

use super::store::{BoxError, Store};

/// Keeps progress in one file, over restarts of the process. Only one process may use the file.
#[derive(Debug)]
pub struct FileStore {
    path: PathBuf,
}

/// Held while a file is read and replaced: several stores of this process can have the same file.
static LOCK: Mutex<()> = Mutex::new(());

impl FileStore {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
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
        let _lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(self.read()?.remove(name))
    }

    fn save(&self, name: &str, progress: &str) -> Result<(), BoxError> {
        let _lock = LOCK.lock().unwrap_or_else(PoisonError::into_inner);
        let mut saved = self.read()?;
        saved.insert(name.to_owned(), progress.to_owned());
        replace(&self.path, &serde_json::to_string(&saved)?).map_err(|error| self.failed(error))
    }
}

/// A process that is killed, or a machine without power, leaves the old file or the new one. Only the user can read it.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let mut new = OsString::from(path);
    new.push(".new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
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
    fn several_stores_of_one_file_lose_nothing_of_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        std::thread::scope(|threads| {
            for name in ["a", "b", "c"] {
                let store = FileStore::new(&path);
                threads.spawn(move || (0..50).for_each(|turn| store.save(name, &turn.to_string()).unwrap()));
            }
        });
        let store = FileStore::new(&path);
        assert!(["a", "b", "c"].iter().all(|name| store.load(name).unwrap().as_deref() == Some("49")));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_user_can_read_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("progress.json");
        FileStore::new(&path).save("a", "1").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
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
