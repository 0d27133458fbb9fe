//! The items of some subjects: a snapshot, and the events that follow.
//!
//! # Layout
//! - `update`: what an event changes; `items`: all items
//! - `snapshot_load`: collects the pages of a snapshot; `state_of_collection`: when to load one, and what the
//!   application sees

mod items;
mod snapshot_load;
mod state_of_collection;
mod update;

pub(super) use state_of_collection::CollectionState;
