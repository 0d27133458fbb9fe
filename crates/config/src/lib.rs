//! What a function finds beside its binary: `PIPES_DIR` and `SCHEMAS_DIR`, else `pipes/` and `schemas/` under
//! `LAMBDA_TASK_ROOT`, else under the working directory. And whether its clients need a token.
//!
//! # Layout
//! - `files`: the pipe files and schemas
//! - `access`: `AUTH`, and what it grants

mod access;
mod files;

pub use access::{Access, NotAuthorized};
pub use files::{grants, pipe_files, schema_files, sources};
