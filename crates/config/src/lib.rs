//! Configuration that a function reads at its start: pipe files, schemas, access, limits and names.
//!
//! The files are in `PIPES_DIR` and `SCHEMAS_DIR`, or else in `pipes/` and `schemas/` below
//! `LAMBDA_TASK_ROOT` or the working directory.
//!
//! # Layout
//! - `files`: reads pipe files and schemas
//! - `access`: `AUTH`, and what a connection is granted
//! - `event_limit`: the size of an event that EventBridge accepts
//! - `table_names`: the names of the deployed tables

mod access;
mod event_limit;
mod files;
mod table_names;

pub use access::{Access, NotAuthorized};
pub use event_limit::{InvalidEventLimit, event_limit, parse_event_limit};
pub use files::{grants, pipe_files, schema_files, sources};
pub use table_names::{InvalidTableNames, parse_table_names, table_names};
