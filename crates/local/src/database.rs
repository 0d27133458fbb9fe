//! DynamoDB with streams, embedded: dynoxide, with workarounds for its gaps.
//!
//! # Layout
//! - `handle`: the database; `error`: its errors
//! - `server`: serves its HTTP API and deletes expired items
//! - `api`: the HTTP API; `access`: who may use it; `private_api`: dynoxide behind it; `changes`: GetRecords
//! - `iterators`: GetShardIterator; `page_limit`: how many records GetRecords returns
//! - `request_log`: log lines with the number of items that a request read
//! - `schema`: an index that keeps writes fast, and the trimming of streams
//! - `tables`: creates the tables of pipes, and tablecast's own tables
//! - `writes`: wakes the readers of a stream after a write
//! - `stream`: reads the changes of a table, as Lambda and Pipes deliver them
//! - `record`, `sequence`, `position`: one change, its sequence number, and a position in the stream
//! - `checkpoints`, `checkpoints_table`: how far each pipe has read

mod access;
mod api;
mod changes;
mod checkpoints;
mod checkpoints_table;
mod error;
mod handle;
mod iterators;
mod page_limit;
mod position;
mod private_api;
mod record;
mod request_log;
mod schema;
mod sequence;
mod server;
mod stream;
mod tables;
mod writes;

pub use error::DatabaseError;
pub use handle::Database;
pub use position::Position;
pub use record::Record;
pub use sequence::Sequence;
pub use stream::Page;

#[cfg(test)]
mod tests;
