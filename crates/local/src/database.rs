//! DynamoDB with streams, embedded: dynoxide, with workarounds for its gaps.
//!
//! # Layout
//! - `handle`: the database; `error`: its errors; `server`: its HTTP API, and the deletion of expired items
//! - `schema`: an index that keeps writes fast, and the trimming of streams
//! - `tables`: creates the tables of pipes, and tablecast's own tables
//! - `stream`: reads the changes of a table, as Lambda and Pipes deliver them
//! - `record`, `sequence`, `position`: one change, its sequence number, and a position in the stream
//! - `checkpoints`, `checkpoints_table`: how far each pipe has read

mod checkpoints;
mod checkpoints_table;
mod error;
mod handle;
mod position;
mod record;
mod schema;
mod sequence;
mod server;
mod stream;
mod tables;

pub use error::DatabaseError;
pub use handle::Database;
pub use position::Position;
pub use record::Record;
pub use sequence::Sequence;
pub use stream::Page;

#[cfg(test)]
mod tests;
