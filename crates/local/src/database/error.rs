use std::io;
use std::path::PathBuf;

use dynoxide::DynoxideError;

#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("cannot use {} as the data folder: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error(
        "the database's private schema has no {missing}: database/schema.rs supports dynoxide-rs =3.2.0; \
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
