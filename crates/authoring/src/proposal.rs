//! A first pipe file for a table that nobody has described: proposed from some of its items, with schemas, examples and tests.
//! Nothing that the items hold is written down, only what they have.
//!
//! # Layout
//! - `table`, `sample`: what is given: a key, items  - `seen`: which types they have at which place
//! - `entity`: one kind of thing, or several       - `sensitive`: what should not leave the table
//! - `told`: which attributes are told and how     - `outline`: the events of one kind
//! - `naming`, `wording`, `expression`, `subject`: names and texts
//! - `make`: all of it together, in order          - `notes`: what else there is to know
//! - `pipe_file`, `schemas`, `fixtures`: the files  - `invented`: made-up values for them
//! - `trial`: what becomes of the sampled items

mod entity;
mod error;
mod expression;
mod fixtures;
mod invented;
mod make;
mod naming;
mod notes;
mod outline;
mod pipe_file;
pub mod sample;
mod schemas;
mod seen;
mod sensitive;
mod subject;
mod table;
mod told;
mod trial;
mod wording;

pub use error::ProposalError;
pub use make::propose;
pub use table::{Key, KeyAttribute, Sample};
pub use told::{Left, Reason};
pub use trial::Trial;

/// How the one who asks wants things named.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    /// The pipe's name; else it is made from the table's.
    pub pipe: Option<String>,
    /// What one item is called; else it is made from the table's name.
    pub entity: Option<String>,
    /// What the `$id`s of all schemas begin with, a slash at the end.
    pub home: String,
}

#[derive(Debug, Clone)]
pub struct Proposal {
    /// `music.yaml`
    pub pipe: File,
    /// From the pipe file's place.
    pub fixtures: Vec<File>,
    pub schemas: Vec<File>,
    pub event_types: Vec<String>,
    /// `music/<Artist>/<SongTitle>`
    pub subject: String,
    pub left: Vec<Left>,
    /// What else the one who asked should know.
    pub notes: Vec<String>,
    pub trial: Trial,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub text: String,
}

#[cfg(test)]
mod tests;
