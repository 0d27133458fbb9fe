//! The interface to the stream of a table: the embedded database, or DynamoDB Streams.

use std::error::Error;
use std::future::Future;
use std::time::SystemTime;

use serde_json::Value;

pub type SourceError = Box<dyn Error + Send + Sync>;

/// The changes of a table, in one or several shards.
pub trait Stream: Send + Sync + 'static {
    type Shard: Shard;

    /// Lists the shards that a pipe may read now. To keep the order, a shard appears only after its parent is
    /// finished.
    fn shards(&self) -> impl Future<Output = Result<Vec<Self::Shard>, SourceError>> + Send;
}

/// Ordered records, and the checkpoint of one pipe.
pub trait Shard: Send + Sync + 'static {
    /// A position between two records.
    type Position: Clone + PartialEq + Send + Sync + 'static;

    fn id(&self) -> String;

    /// Waits after an empty read, until another read may find a record.
    fn wait_for_records(&self) -> impl Future<Output = ()> + Send;

    /// Returns the checkpoint, or the pipe's starting position.
    fn start_position(&self) -> impl Future<Output = Result<Self::Position, SourceError>> + Send;

    fn read(
        &self,
        position: &Self::Position,
    ) -> impl Future<Output = Result<Read<Self::Position>, SourceError>> + Send;

    /// Stores the checkpoint: all records before `position` are finished.
    fn save(&self, position: &Self::Position) -> impl Future<Output = Result<(), SourceError>> + Send;
}

/// The result of a read.
pub enum Read<P> {
    Page(Page<P>),
    /// The stream does not exist yet.
    NotFound,
    /// The shard is closed, and no record follows.
    End,
}

pub struct Page<P> {
    pub records: Vec<Record<P>>,
    /// The position of the next page. It equals the position of this page if there was nothing to read.
    pub next: P,
}

/// A change, as Lambda and Pipes deliver it.
pub struct Record<P> {
    /// A read from this position starts with this record.
    pub position: P,
    pub event_id: String,
    /// The sequence number that dead letters show.
    pub sequence: String,
    pub created: SystemTime,
    /// The item's partition key. Records with the same key stay in order.
    pub partition: String,
    pub json: Value,
}
