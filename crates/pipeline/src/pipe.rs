//! A pipe: which records of a table become which events. Compiled from its file; anything wrong with it is told
//! with file, line and reason, all at once.

mod apply;
mod compile;
mod data;

use crate::expression::{Expression, Shape};
use crate::record::Wants;
use crate::schema::Schemas;
use crate::template::Template;
use tablecast_definitions::definition::Definition;
use tablecast_definitions::problem::{Problem, DefinitionFile};

use data::Data;

/// What an expression over a record may name.
pub const RECORD_ROOTS: &[&str] = &["operation", "keys", "old", "new", "item", "record"];

#[derive(Debug)]
pub struct Pipe {
    pub name: String,
    pub definition: Definition,
    /// CloudEvents `source`: `tablecast/<name>`.
    pub source: String,
    wants: Wants,
    subject: Template,
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    /// Where it stands in the file: `events[0]`.
    path: String,
    event_type: String,
    when: Option<Expression>,
    data: Data,
}

/// All pipes, found by their tables.
#[derive(Debug)]
pub struct Pipes {
    pipes: Vec<Pipe>,
    schemas: Schemas,
}

impl Pipe {
    /// What its events are about: `orders/{tenant}/{orderId}`.
    pub fn subject_outline(&self) -> String {
        self.subject.outline()
    }

    /// Of each rule its place in the file, the type that it emits, and what is known of its data.
    pub fn emits(&self) -> impl Iterator<Item = (&str, &str, Shape)> {
        self.rules.iter().map(|rule| (rule.path.as_str(), rule.event_type.as_str(), rule.data.shape()))
    }
}

impl Pipes {
    pub fn compile(pipes: &[DefinitionFile], schemas: &[DefinitionFile]) -> Result<Self, Vec<Problem>> {
        let (pipes, problems) = Self::read(pipes, schemas);
        if problems.is_empty() { Ok(pipes) } else { Err(problems) }
    }

    /// The pipes and schemas that compile, and what is wrong with the others.
    pub fn read(pipes: &[DefinitionFile], schemas: &[DefinitionFile]) -> (Self, Vec<Problem>) {
        let (pipes, mut problems) = compile::all(pipes, schemas);
        let (schemas, others) = Schemas::read(schemas);
        problems.extend(others);
        (Self { pipes, schemas }, problems)
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
