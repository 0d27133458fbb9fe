//! DynamoDB with streams, embedded: dynoxide, and what it lacks.
//!
//! - `schema`: an index that keeps writes fast, and the trimming of streams
//! - `tables`: the tables of pipes and of tablecast itself
//! - `stream`: reading a table's changes in the form that Lambda and Pipes know
//! - `record`, `sequence`: one change, and its place in the stream
//! - `checkpoints`: how far each pipe has read

mod checkpoints;
mod record;
mod schema;
mod sequence;
mod stream;
mod tables;

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dynoxide::DynoxideError;
use tokio::net::TcpListener;
use tokio::time::{Instant, sleep};

pub use record::Record;
pub use sequence::Sequence;
pub use stream::{Page, Position};

/// DynamoDB needs days for an expired item; nobody waits for that on a laptop.
const SWEEP_PAUSE: Duration = Duration::from_secs(1);
/// A sweep reads whole tables: large ones are swept less often, a twentieth of the time at most.
const SWEEP_SHARE: u32 = 19;
/// How long open requests may hold up the end.
const GRACE: Duration = Duration::from_secs(2);

/// Cheap to clone; all clones are one database.
#[derive(Clone)]
pub struct Database {
    engine: dynoxide::Database,
    region: String,
}

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("cannot use {} as data folder: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error(
        "the database's private schema lacks {missing}: database/schema.rs is written for dynoxide-rs =3.2.0; \
         pin that version, or start with an empty data folder"
    )]
    Schema { missing: String },
    #[error("table {table}: {reason}")]
    Table { table: String, reason: String },
    #[error("database: {0}")]
    Engine(#[from] DynoxideError),
    #[error("database file: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("database request: {0}")]
    Request(#[from] serde_json::Error),
    #[error("database task: {0}")]
    Task(#[from] tokio::task::JoinError),
    #[error("database server: {0}")]
    Server(String),
}

impl Database {
    /// In `folder` everything survives restart and `kill -9`; without one the data lives in memory.
    /// `region` is what stream records say of where they come from.
    pub fn open(folder: Option<&Path>, region: &str) -> Result<Self, DatabaseError> {
        let engine = match folder {
            Some(folder) => in_folder(folder)?,
            None => in_memory()?,
        };
        Ok(Self { engine, region: region.to_owned() })
    }

    /// Serves the DynamoDB API and deletes expired items, until `shutdown`.
    pub async fn serve(
        &self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), DatabaseError> {
        let (ended, end) = tokio::sync::oneshot::channel();
        let stop = async move {
            shutdown.await;
            ended.send(()).ok();
        };
        let server = dynoxide::server::serve_with_shutdown(listener, self.engine.clone(), stop);
        tokio::select! {
            result = server => result.map_err(DatabaseError::Server),
            () = after_grace(end) => Ok(()),
            () = self.sweep_until_dropped() => Ok(()),
        }
    }

    /// Deletes what has expired, as DynamoDB's TTL does; answers how many items that were.
    pub async fn sweep_expired(&self) -> Result<usize, DatabaseError> {
        self.run(|engine| Ok(engine.sweep_ttl()?)).await
    }

    async fn sweep_until_dropped(&self) {
        loop {
            let start = Instant::now();
            if let Err(error) = self.sweep_expired().await {
                tracing::warn!("expired items stay until the next sweep: {error}");
            }
            sleep(SWEEP_PAUSE.max(start.elapsed() * SWEEP_SHARE)).await;
        }
    }

    /// SQLite blocks: its calls belong on threads that may wait.
    async fn run<T: Send + 'static>(
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
    prepared(&folder.join("dynamodb.db").to_string_lossy())
}

/// An in-memory database has one connection, the engine's: it is filled from a prepared one.
fn in_memory() -> Result<dynoxide::Database, DatabaseError> {
    static OPENED: AtomicU64 = AtomicU64::new(0);
    let seed = format!("file:/tablecast-{}?vfs=memdb", OPENED.fetch_add(1, Ordering::Relaxed));
    let _alive = prepared(&seed)?;
    let engine = dynoxide::Database::memory()?;
    engine.restore_from(&seed)?;
    Ok(engine)
}

fn prepared(path: &str) -> Result<dynoxide::Database, DatabaseError> {
    let engine = dynoxide::Database::new(path)?;
    checkpoints::create_table(&engine)?;
    schema::patch(&rusqlite::Connection::open(path)?)?;
    Ok(engine)
}

async fn after_grace(end: tokio::sync::oneshot::Receiver<()>) {
    end.await.ok();
    sleep(GRACE).await;
}

#[cfg(test)]
mod tests;
