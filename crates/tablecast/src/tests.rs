//! Tests of the whole command line.
//!
//! # Layout
//! - `arguments`: what the commands accept, and their defaults
//! - `reference`: docs/reference/cli.md agrees with `--help`

mod arguments;
mod reference;
