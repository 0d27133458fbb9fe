//! Pushes the channels that `dispatch` cannot push in time. A worker follows the log of one channel, for all
//! listeners or a part of them, and moves a cursor behind what they have.
//!
//! # Layout
//! - `task`, `endpoints`, `limits`, `deadline`: the task and the configuration of an invocation
//! - `clients`: the clients of a task; `fanout`: handles it; `sweep`: starts workers where none serves
//! - `worker`: serves a part of a channel; its steps run at once, and it reacts to each result
//! - `lease`: the worker's right to push, and its cursor
//! - `block`: events of the log and their listeners; `event`: one of them
//! - `crowd`: the listeners that lack events, and what they lack; `fronts`: the least offset of them; `held`: the
//!   bytes of the events
//! - `wave`: decides whether failures are those of single connections, an outage or throttling
//! - `gate`: what each frame waits for; `pacer`: the rate of posts; `share`: the fair share of a worker
//! - `served`: the results of a worker; `report`: metrics and logs

mod block;
mod clients;
mod crowd;
mod deadline;
mod endpoints;
mod event;
mod fanout;
mod fronts;
mod gate;
mod held;
mod lease;
mod limits;
mod pacer;
mod report;
mod served;
mod share;
mod sweep;
mod task;
mod wave;
mod worker;

pub use clients::Fanout;
pub use deadline::Deadline;
pub use endpoints::Endpoints;
pub use limits::Limits;
pub use report::Report;
pub use share::{fair_share, max_min};
pub use task::Task;
