//! What authors of pipes and schemas need: checks, schema evolution, proposals and conversions. Only the command line,
//! the local page and the catalogue use it; no function does. Pure: no I/O, no clock.
//!
//! # Layout
//! - `check`: finds every mistake in pipe files and schemas
//! - `evolution`: decides whether a schema change breaks readers
//! - `proposal`: proposes a pipe file, schemas and tests for a table
//! - `registry`: the EventBridge schema registry's entries
//! - `draft`: converts schemas from 2020-12 to draft 4 and draft 7
//! - `schema`: what a schema document says, location by location

pub mod check;
pub mod draft;
pub mod evolution;
pub mod proposal;
pub mod registry;
pub mod schema;
