//! The seam to where records come from: the embedded database, or DynamoDB Streams over the wire.

use std::error::Error;
use std::future::Future;
use std::time::{Duration, SystemTime};

use serde_json::Value;

pub type SourceError = Box<dyn Error + Send + Sync>;

/// A table's changes, in one shard or in several.
pub trait Stream: Send + Sync + 'static {
    type Shard: Shard;

    /// The shards that may be read now. A shard is listed only when its parent is finished, so that order is kept.
    fn shards(&self) -> impl Future<Output = Result<Vec<Self::Shard>, SourceError>> + Send;
}

/// Records in order, and how far a pipe has come with them.
pub trait Shard: Send + Sync + 'static {
    /// A place between two records.
    type Position: Clone + PartialEq + Send + Sync + 'static;

    fn id(&self) -> String;

    /// How long to wait after a read that brought nothing.
    fn pause(&self) -> Duration;

    /// Where the pipe begins, or goes on.
    fn first(&self) -> impl Future<Output = Result<Self::Position, SourceError>> + Send;

    fn read(
        &self,
        position: &Self::Position,
    ) -> impl Future<Output = Result<Read<Self::Position>, SourceError>> + Send;

    /// Everything before `position` is finished: a pipe that is started again goes on there.
    fn keep(&self, position: &Self::Position) -> impl Future<Output = Result<(), SourceError>> + Send;
}

pub enum Read<P> {
    Page(Page<P>),
    /// There is no such stream yet.
    Absent,
    /// Nothing will ever come after this position.
    End,
}

pub struct Page<P> {
    pub records: Vec<Record<P>>,
    /// Where the next page begins; the position that was read when there was nothing.
    pub next: P,
}

/// A change, in the form in which Lambda and Pipes deliver it.
pub struct Record<P> {
    /// Reading from here begins with this record.
    pub at: P,
    pub event_id: String,
    /// Its place in the stream, as dead letters name it.
    pub sequence: String,
    pub created: SystemTime,
    /// The item's partition key: what must stay in order.
    pub partition: String,
    pub json: Value,
}
