//! A pipe: the rules that turn the records of a table into events, compiled from its file. Compilation
//! reports all mistakes at once, with file, line and reason.
//!
//! # Layout
//! - `compile`: from pipe file to pipe; `data`: the `data` of a rule
//! - `trace`: the trace of a change
//! - `apply`: from record to events; `event`: the envelope of an event
//! - `state`: what an item is now, and the events of its changes
//! - `reads`: the rules that emit events of items that are read
//! - `table_names`: the names of the deployed tables

mod apply;
mod compile;
mod data;
mod event;
mod reads;
mod state;
mod table_names;
mod trace;

use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{DefinitionFile, Problem};
use tablecast_protocol::channel::Channel;
use tablecast_protocol::event::BUS_OVERHEAD_BYTES;
use tablecast_protocol::subject::Subject;

use crate::expression::{Expression, References, Shape};
use crate::record::Projections;
use crate::schema::Schemas;
use crate::template::Template;
use data::Data;
pub use reads::OnRead;
pub use state::{Key, KeyAttribute, KeyValue, MAX_VERSION_CHARACTERS, State, StateRead};
use trace::Trace;

/// The variables of an expression over a record.
pub const RECORD_ROOTS: &[&str] = &["operation", "keys", "old", "new", "item", "record"];

#[derive(Debug)]
pub struct Pipe {
    pub name: String,
    pub definition: Definition,
    projections: Projections,
    subject: Template,
    trace: Option<Trace>,
    rules: Vec<Rule>,
    state: Option<State>,
    /// The bytes of its largest event.
    event_limit: usize,
}

#[derive(Debug)]
struct Rule {
    /// The place in the file: `events[0]`.
    path: String,
    /// The place of its data: `events[0].data`.
    data_path: String,
    event_type: String,
    when: Option<Expression>,
    data: Data,
}

/// All pipes, by table.
#[derive(Debug)]
pub struct Pipes {
    pipes: Vec<Pipe>,
    schemas: Schemas,
}

impl Pipe {
    /// CloudEvents `source` of an event: its channel.
    pub fn source(&self, subject: &Subject) -> String {
        Channel::of(subject, self.definition.log.channel.into()).source()
    }

    /// The form of its channels: `orders/{tenant}`.
    pub fn channel_outline(&self) -> String {
        let outline = self.subject_outline();
        let segments: Vec<&str> = outline.split('/').take(self.definition.log.channel.into()).collect();
        segments.join("/")
    }

    /// The form of its subjects: `orders/{tenant}/{orderId}`.
    pub fn subject_outline(&self) -> String {
        self.subject.outline()
    }

    /// The references of each value in its subject.
    pub fn subject_references(&self) -> impl Iterator<Item = &References> {
        self.subject.references()
    }

    /// For each rule, and for the state: the place of its data in the file, the type that it emits, and the shape of
    /// its data.
    pub fn emits(&self) -> impl Iterator<Item = (&str, &str, Shape)> {
        let rules = self.rules.iter();
        let rules = rules.map(|rule| (rule.data_path.as_str(), rule.event_type.as_str(), rule.data.shape()));
        rules.chain(self.state.iter().flat_map(State::emits))
    }
}

impl Pipes {
    pub fn compile(pipes: &[DefinitionFile], schemas: &[DefinitionFile]) -> Result<Self, Vec<Problem>> {
        let (pipes, problems) = Self::read(pipes, schemas);
        if problems.is_empty() { Ok(pipes) } else { Err(problems) }
    }

    /// Returns the pipes and schemas that compile, and the problems of the others.
    pub fn read(pipes: &[DefinitionFile], schemas: &[DefinitionFile]) -> (Self, Vec<Problem>) {
        let (pipes, mut problems) = compile::all(pipes, schemas);
        let (schemas, others) = Schemas::read(schemas);
        problems.extend(others);
        (Self { pipes, schemas }, problems)
    }

    /// The same pipes for a bus that accepts entries up to so many bytes.
    pub fn with_bus_limit(mut self, bytes: usize) -> Self {
        let limit = bytes.saturating_sub(BUS_OVERHEAD_BYTES);
        self.pipes.iter_mut().for_each(|pipe| pipe.event_limit = limit);
        self
    }

    pub fn of_table(&self, table: &str) -> Option<&Pipe> {
        self.pipes.iter().find(|pipe| pipe.definition.table == table)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Pipe> {
        self.pipes.iter()
    }

    pub fn schemas(&self) -> &Schemas {
        &self.schemas
    }
}

#[cfg(test)]
mod tests;
