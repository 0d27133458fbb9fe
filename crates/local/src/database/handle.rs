use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::error::DatabaseError;
use super::writes::Writes;
use super::{checkpoints_table, schema};

/// The embedded database. Clones share its data.
#[derive(Clone)]
pub struct Database {
    pub(super) engine: dynoxide::Database,
    pub(super) region: String,
    pub(super) writes: Writes,
}

impl Database {
    /// Opens a database in a folder, where its data survives a restart and `kill -9`, or in memory.
    /// Stream records contain the region.
    pub fn open(folder: Option<&Path>, region: &str) -> Result<Self, DatabaseError> {
        let engine = match folder {
            Some(folder) => in_folder(folder)?,
            None => in_memory()?,
        };
        Ok(Self { engine, region: region.to_owned(), writes: Writes::default() })
    }

    /// Waits until the API has written to a table.
    pub async fn written(&self, table: &str) {
        self.writes.readers(table).notified().await;
    }

    /// Runs a call on a blocking thread, because SQLite blocks.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        call: impl FnOnce(&dynoxide::Database) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<T, DatabaseError> {
        let engine = self.engine.clone();
        tokio::task::spawn_blocking(move || call(&engine)).await?
    }
}

fn in_folder(folder: &Path) -> Result<dynoxide::Database, DatabaseError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| DatabaseError::Folder { folder: folder.to_owned(), source })?;
    prepare(&folder.join("dynamodb.db").to_string_lossy())
}

/// Restores a prepared database, because only the engine can connect to its database in memory.
fn in_memory() -> Result<dynoxide::Database, DatabaseError> {
    static OPENED: AtomicU64 = AtomicU64::new(0);
    let seed = format!("file:/tablecast-{}?vfs=memdb", OPENED.fetch_add(1, Ordering::Relaxed));
    let _open = prepare(&seed)?;
    let engine = dynoxide::Database::memory()?;
    engine.restore_from(&seed)?;
    Ok(engine)
}

fn prepare(path: &str) -> Result<dynoxide::Database, DatabaseError> {
    let engine = dynoxide::Database::new(path)?;
    checkpoints_table::create(&engine)?;
    schema::patch(&rusqlite::Connection::open(path)?)?;
    Ok(engine)
}
