//! From a change of an item to its events on the bus and in the catalogue.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod catalogue;
mod consumers;
mod large_rejected_records;
mod late_events;
mod pipes_end_to_end;
mod schema_registry;
mod table_names;
mod traces;
mod two_versions;
