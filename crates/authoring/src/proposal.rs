//! Proposes a pipe file with schemas, examples and tests for a table, from a sample of its items. The files
//! contain the names of attributes, but no values of the table.
//!
//! # Layout
//! - `options`, `sample`, `items`: the input: names, the table's key, items
//! - `stats`: the types of an attribute across the sample
//! - `entity`: a kind of item; `detect`: finds the kinds in a single-table design
//! - `bookkeeping`: recognizes attributes that AWS and libraries add
//! - `key_pattern`: the words in a key such as `ORDER#1#ITEM#2`
//! - `sensitivity`: recognizes attributes that should not leave the table
//! - `property`, `selection`: the proposed properties, and the omitted attributes; `select`: selects them
//! - `entity_events`: the events of one kind of item; `state`: whether the file has a state
//! - `naming`, `quoting`, `yaml_text`, `cel_path`, `expression`: names and expressions as text
//! - `subject`, `grant`: the subject of events, and an example of a grant
//! - `placeholder`: made-up values for fixtures and examples
//! - `file`: a proposed file; `pipe_file`, `schemas`, `fixtures`: their contents
//! - `dry_run`: the events that the sampled items would cause; `notes`: hints for the user
//! - `propose`: all steps in order; `output`: the result; `error`: why there is none

mod bookkeeping;
mod cel_path;
mod detect;
mod dry_run;
mod entity;
mod entity_events;
mod error;
mod expression;
mod file;
mod fixtures;
mod grant;
pub mod items;
mod key_pattern;
mod naming;
mod notes;
mod options;
mod output;
mod pipe_file;
mod placeholder;
mod property;
mod propose;
mod quoting;
mod sample;
mod schemas;
mod select;
mod selection;
mod sensitivity;
mod state;
mod stats;
mod subject;
mod yaml_text;

pub use dry_run::DryRun;
pub use error::ProposalError;
pub use file::File;
pub use naming::checked_noun;
pub use options::ProposalOptions;
pub use output::Proposal;
pub use propose::propose;
pub use sample::{Key, KeyAttribute, Sample};
pub use selection::{Omission, OmissionReason};

#[cfg(test)]
mod tests;
