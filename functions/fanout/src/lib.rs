//! Pushes the channels that `dispatch` cannot push in time. A worker follows the log of one channel, for all
//! listeners or a part of them, and moves a cursor behind what they have.
//!
//! # Layout
//! - `task`, `endpoints`, `limits`, `deadline`: the task and the configuration of an invocation
//! - `clients`: the clients of a fanout; `fanout`: handles a task; `sweep`: starts workers where none serves
//! - `worker`: serves a part of a channel; its steps run at once, and it reacts to each result
//! - `lease`: the worker's right to push, and its cursor
//! - `block`: events of the log and their listeners; `event`: one of them
//! - `listeners`: those that lack events, and what they lack; `watermark`: the least offset that one of them lacks;
//!   `retained`: the bytes of the events
//! - `failure_window`: decides whether failures are those of single connections, an outage or throttling
//! - `gate`: what each frame waits for; `pacer`: the rate of posts; `share`: the fair share of a worker
//! - `served`: the results of a worker; `report`: metrics and logs

mod block;
mod clients;
mod deadline;
mod endpoints;
mod event;
mod failure_window;
mod fanout;
mod gate;
mod lease;
mod limits;
mod listeners;
mod pacer;
mod report;
mod retained;
mod served;
mod share;
mod sweep;
mod task;
mod watermark;
mod worker;

pub use clients::Fanout;
pub use deadline::Deadline;
pub use endpoints::Endpoints;
pub use limits::Limits;
pub use report::Report;
pub use share::{fair_share, max_min};
pub use task::Task;
