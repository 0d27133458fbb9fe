//! Delivers a batch: appends its events to the log, publishes them on the bus, and pushes them to every
//! subscriber. It also stores the records that could not become events.
//!
//! # Layout
//! - `endpoints`, `limits`, `deadline`: the configuration of a dispatch
//! - `dispatch`: the order of the steps
//! - `batch`, `event`: the elements of `enrich`, by what must be done with them; `event_limit`: the size of
//!   events
//! - `append`: to the logs, before anything is sent; `late`: the events that are older than what was sent for their
//!   subject; `channel`: the channels of a batch; `failed_channel`: why one fails
//! - `publish`: to the bus
//! - `rejected`: to the table of rejected records
//! - `delivered`: the results of these steps; `error`: why nothing was sent
//! - `report`: the response to the pipe, metrics and logs

mod append;
mod batch;
mod channel;
mod deadline;
mod delivered;
mod dispatch;
mod endpoints;
mod error;
mod event;
mod event_limit;
mod failed_channel;
mod late;
mod limits;
mod publish;
mod rejected;
mod report;

pub use deadline::Deadline;
pub use dispatch::Dispatch;
pub use endpoints::Endpoints;
pub use error::DispatchError;
pub use limits::Limits;
pub use report::{Report, Response};
pub use tablecast_push::PacingLimits;
