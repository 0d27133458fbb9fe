//! Configuration that a function reads at its start: pipe files, schemas, access and limits.
//!
//! The files are in `PIPES_DIR` and `SCHEMAS_DIR`, or else in `pipes/` and `schemas/` below
//! `LAMBDA_TASK_ROOT` or the working directory.
//!
//! # Layout
//! - `files`: reads pipe files and schemas
//! - `access`: `AUTH`, and what a connection is granted
//! - `event_limit`: the size of an event that EventBridge accepts

mod access;
mod event_limit;
mod files;

pub use access::{Access, NotAuthorized};
pub use event_limit::{InvalidEventLimit, event_limit};
pub use files::{grants, pipe_files, schema_files, sources};
