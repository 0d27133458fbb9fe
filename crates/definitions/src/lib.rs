//! Pipe files as data, and what functions read from them without an interpreter. No CEL, no JSON Schema.
//!
//! # Layout
//! - `folder`: reads the files of `pipes/` and `schemas/`
//! - `problem`: a mistake in a file: rule, place, reason
//! - `definition`: a pipe file, parsed from YAML
//! - `claims`: the claims of a token, without loss
//! - `grant`: the subjects that a token's claims grant
//! - `sources`: where events come from: each pipe's channels, the retention of their logs, its subjects' beginning
//! - `joined`: texts and values joined by `+`: which subjects they can become
//! - `text`: string literals of CEL
//! - `yaml`: a YAML file as a tree with positions

pub mod claims;
pub mod definition;
pub mod folder;
pub mod grant;
pub mod joined;
pub mod problem;
pub mod sources;
mod text;
pub mod yaml;
