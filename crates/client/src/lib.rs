//! A client of tablecast: each event once and in order, over reconnects, or a report of the gap.
//!
//! # Layout
//! - `shell`: the client, on tokio
//! - `machine`: the rules, without a clock and without sockets
//! - `wire`: what the server sends

#![doc = include_str!("../README.md")]

pub mod machine;
mod shell;
mod wire;

pub use machine::{Gap, Invalid, Reason, Refused, State, Timing, Validate};
pub use shell::client::{Client, ClientBuilder, InvalidUrl};
pub use shell::file_store::FileStore;
pub use shell::item::{Item, NotReady};
pub use shell::store::{BoxError, MemoryStore, Store};
pub use shell::subscribe::Subscribe;
pub use shell::subscription::Subscription;
pub use wire::event::{Event, TOO_LARGE};
pub use wire::filter::Filter;
