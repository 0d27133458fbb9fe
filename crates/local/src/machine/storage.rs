use std::path::Path;

use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::task::Task;
use crate::database::{Database, DatabaseError};
use crate::names::{CONNECTIONS_TABLE, LOG_TABLE, REGION, REJECTED_TABLE};
use crate::origins::Origins;
use crate::pipe_file::PipeFile;

/// Opens the database, and creates all tables.
pub async fn open(folder: Option<&Path>, files: &[PipeFile]) -> Result<Database, DatabaseError> {
    let database = Database::open(folder, REGION)?;
    create_tables(&database, files).await?;
    for table in [CONNECTIONS_TABLE, LOG_TABLE, REJECTED_TABLE] {
        database.create_expiring_table(table).await?;
    }
    Ok(database)
}

/// Creates the tables of the pipes that declare their keys. Keeps those that exist.
pub async fn create_tables(database: &Database, files: &[PipeFile]) -> Result<(), DatabaseError> {
    let definitions = files.iter().map(|file| &file.definition);
    let tables = definitions.map(|definition| (definition.table.as_str(), definition.keys.as_ref()));
    database.create_streamed_tables(&tables.collect::<Vec<_>>()).await
}

pub fn serve(
    database: Database,
    listener: TcpListener,
    origins: Origins,
    stopped: oneshot::Receiver<()>,
) -> Task {
    Task::spawn(async move { database.serve(listener, origins, async { drop(stopped.await) }).await })
}
