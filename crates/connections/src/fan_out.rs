//! The channels that `fanout` pushes, because `dispatch` cannot push them in time.
//!
//! A run begins when `dispatch` covers events that it does not push itself, and it ends when `fanout` has pushed
//! all covered events. Both are conditional writes of one item. So either the events are covered and `fanout`
//! goes on, or the run has ended and `dispatch` begins another.
//!
//! # Layout
//! - `state`: a run and its parts; `item`: its item
//! - `cover`: begins or extends a run, for `dispatch`
//! - `serve`: leases a part, moves its cursor, and ends the run, for `fanout`
//! - `list`: all runs; `workers`: the live workers, which share the rate of `@connections`
//! - `update`: a conditional write of one item

mod cover;
mod item;
mod list;
mod serve;
mod state;
mod update;
mod workers;

pub(crate) use item::CHANNEL;
pub use list::LISTS;
pub use state::{FanOut, Part};
pub use workers::Worker;
