use std::path::Path;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tracing::warn;

use super::task::Task;
use crate::database::{Database, DatabaseError};
use crate::names::{CONNECTIONS_TABLE, LOG_TABLE, REGION, REJECTED_TABLE};
use crate::pipe_file::PipeFile;

/// Opens the database, and creates tablecast's tables and the tables of the pipes that declare their keys.
pub async fn open(folder: Option<&Path>, files: &[PipeFile]) -> Result<Database, DatabaseError> {
    let database = Database::open(folder, REGION)?;
    for definition in files.iter().map(|file| &file.definition) {
        if let Some(keys) = &definition.keys {
            database.create_streamed_table(&definition.table, keys).await?;
        }
    }
    for table in [CONNECTIONS_TABLE, LOG_TABLE, REJECTED_TABLE] {
        database.create_expiring_table(table).await?;
    }
    Ok(database)
}

pub fn serve(database: Database, listener: TcpListener, stopped: oneshot::Receiver<()>) -> Task {
    let stopped = async { drop(stopped.await) };
    Task::spawn(async move {
        if let Err(error) = database.serve(listener, stopped).await {
            warn!("the DynamoDB server ended: {error}");
        }
    })
}
