//! Tests of the whole command line.
//!
//! # Layout
//! - `arguments`: what the commands accept, and their defaults
//! - `reference`: docs/reference/cli.md agrees with `--help`
//! - `folders`: the list of folders is complete
//! - `keys`: the documents agree about the keys that encrypt by default
//! - `runbook`: the commands of docs/guides/operate.md and of the doctor exist

mod arguments;
mod folders;
mod keys;
mod reference;
mod runbook;
