//! Tools for authors of pipes and schemas. The command line, the local page and the catalogue use them. Pure:
//! no I/O, no clock.
//!
//! # Layout
//! - `check`: finds all mistakes in pipe files and schemas
//! - `evolution`: finds schema changes that break readers
//! - `proposal`: proposes a pipe file, schemas and tests for a table
//! - `registry`: schemas for EventBridge's schema registry
//! - `draft`: converts schemas from JSON Schema 2020-12 to draft 4 and draft 7
//! - `schema`: the keywords of a schema, and the constraints at a location
//! - `lines`, `yaml`: finds the line of a path, for messages

pub mod check;
pub mod draft;
pub mod evolution;
mod lines;
pub mod proposal;
pub mod registry;
pub mod schema;
mod yaml;
