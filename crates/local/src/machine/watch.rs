//! Finds edits of the pipe files, their records for tests, and the schemas.
//!
//! It compares names, sizes and times of the files several times a second. This needs no dependency, and it works
//! where the notifications of an operating system do not arrive: on network file systems, and in containers
//! whose files are on the host.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::task::spawn_blocking;
use tokio::time::sleep;

use crate::options::Options;

const INTERVAL: Duration = Duration::from_millis(300);
/// An editor or Git writes several files one after the other. An edit is complete after this time without another.
const SETTLED: Duration = Duration::from_millis(100);
/// The folder and the folders in it, such as `pipes/fixtures/`. With `--pipes .`, more would be a whole project.
const MAX_DEPTH: usize = 2;

pub struct Watch {
    folders: [PathBuf; 2],
    seen: Files,
}

/// The time and the size of each file.
type Files = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Watch {
    /// Notes the files as they are now.
    pub fn new(options: &Options) -> Self {
        let folders = [options.pipes.clone(), options.schemas.clone()];
        Self { seen: files(&folders), folders }
    }

    /// Returns after an edit.
    pub async fn edited(&mut self) {
        let mut now = self.seen.clone();
        while now == self.seen {
            sleep(INTERVAL).await;
            now = self.look().await;
        }
        while now != self.seen {
            self.seen = now;
            sleep(SETTLED).await;
            now = self.look().await;
        }
    }

    async fn look(&self) -> Files {
        let folders = self.folders.clone();
        spawn_blocking(move || files(&folders)).await.unwrap_or_else(|_| self.seen.clone())
    }
}

fn files(folders: &[PathBuf]) -> Files {
    let mut found = Files::new();
    folders.iter().for_each(|folder| add(folder, MAX_DEPTH, &mut found));
    found
}

/// Leaves out hidden files and backups, which editors write.
fn add(folder: &Path, depth: usize, found: &mut Files) {
    for path in fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || name.ends_with('~') {
            continue;
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_dir() && depth > 1 => add(&path, depth - 1, found),
            Ok(metadata) if metadata.is_file() => drop(found.insert(path, state(&metadata))),
            _ => {}
        }
    }
}

fn state(metadata: &Metadata) -> (Option<SystemTime>, u64) {
    (metadata.modified().ok(), metadata.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_a_new_file_and_a_removed_file_are_found_but_no_backup() {
        let folder = tempfile::tempdir().unwrap();
        let folders = [folder.path().to_owned()];
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write("orders.yaml", "a");
        let mut before = files(&folders);
        for (name, text) in [("orders.yaml", "ab"), ("fixtures/insert.json", "{}"), ("users.yaml", "")] {
            write(name, text);
            let now = files(&folders);
            assert_ne!(now, before, "{name}");
            before = now;
        }
        for name in [".orders.yaml.swp", "orders.yaml~", ".git/index"] {
            write(name, "x");
        }
        assert_eq!(files(&folders), before);
        fs::remove_file(folder.path().join("users.yaml")).unwrap();
        assert_ne!(files(&folders), before);
    }
}
