//! Delivers a batch: appends its events to the log, publishes them on the bus, and pushes them to small
//! audiences. It hands all other channels over to the function `fanout`, and stores the records that could not
//! become events.
//!
//! # Layout
//! - `endpoints`, `limits`, `deadline`: the configuration of a dispatch
//! - `clients`: the clients of a dispatch; `dispatch`: the order of its steps
//! - `batch`, `event`: the elements of `enrich`, by what must be done with them; `event_limit`: the size of
//!   events
//! - `append`: to the logs, before anything is sent; `appends`: which channels go on while a log is slow; `wave`: these
//!   channels; `appended_channel`: one of them, with its events as the log has them; `channel`: the channels of a batch
//! - `publish`: to the bus
//! - `look_up`: finds subscribers; `audience`: decides which channels are pushed at once; `fanned_out`: those of the
//!   last batch that were not
//! - `push`: to small audiences; `hand_over`: all other channels to `fanout`, whose workers `starts` starts
//! - `rejected`: to the table of rejected records
//! - `delivered`: the results of these steps; `failure`: why a channel fails, or the whole batch
//! - `report`: the response to the pipe, metrics and logs

mod append;
mod appended_channel;
mod appends;
mod audience;
mod batch;
mod channel;
mod clients;
mod deadline;
mod delivered;
mod dispatch;
mod endpoints;
mod event;
mod event_limit;
mod failure;
mod fanned_out;
mod hand_over;
mod limits;
mod look_up;
mod publish;
mod push;
mod rejected;
mod report;
mod starts;
mod wave;

pub use clients::Dispatch;
pub use deadline::Deadline;
pub use endpoints::Endpoints;
pub use failure::DispatchError;
pub use limits::Limits;
pub use report::Report;
pub use tablecast_push::InlineLimits;
