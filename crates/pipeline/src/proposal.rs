//! A first pipe file for a table that nobody has described: proposed from some of its items, with schemas, examples and tests.
//! Nothing that the items hold is written down, only what they have.
//!
//! # Layout
//! - `sample`: items as DynamoDB writes them       - `seen`: which types they have at which place
//! - `entity`: one kind of thing, or several       - `sensitive`: what should not leave the table
//! - `told`: which attributes are told and how     - `outline`: the events of one kind
//! - `naming`, `wording`, `expression`, `subject`: names and texts
//! - `pipe_file`, `schemas`, `fixtures`: the files  - `invented`: made-up values for them
//! - `trial`: what becomes of the sampled items

mod entity;
mod expression;
mod fixtures;
mod invented;
mod naming;
mod outline;
mod pipe_file;
pub mod sample;
mod schemas;
mod seen;
mod sensitive;
mod subject;
mod told;
mod trial;
mod wording;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::definition::KeyType;
use crate::enrich::enrich;
use crate::pipe::Pipes;
use crate::problem::{Problem, Source};
use crate::value::Value;
use outline::{Outline, Part};
use sample::{Attribute, Item};
use subject::Subject;

pub use told::{Left, Reason};
pub use trial::Trial;

/// What is known of a table.
#[derive(Debug, Clone)]
pub struct Sample {
    pub table: String,
    pub key: Key,
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub partition: KeyAttribute,
    pub sort: Option<KeyAttribute>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyAttribute {
    pub name: String,
    pub kind: KeyType,
}

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

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProposalError {
    #[error("{0:?} is no name of a table: 3 to 255 letters, digits, _, - and .")]
    Table(String),
    #[error("{0:?} is no name of a pipe: 1 to 50 letters, digits, - and _")]
    Name(String),
    #[error("{0:?} cannot begin an event type: 1 to 50 small letters, digits and -, such as order-item")]
    Entity(String),
    #[error("there are no items to look at: write one, or give some in a file with --sample")]
    NoItems,
    #[error("a key is one attribute or two: --key Artist,SongTitle")]
    KeyLength,
    #[error(
        "{0:?} is not in all items as text, a number or binary, always the same: it is no key; say another one with --key"
    )]
    NoKey(String),
    #[error("the key {0:?} has characters that cannot be seen: no subject can be made of it")]
    KeyName(String),
    /// A fault of ours: what is proposed is held to what anybody's files are.
    #[error("the proposal does not hold, which is a fault of tablecast: {0}")]
    Faulty(String),
}

impl Key {
    /// Of a sample that does not say its key.
    pub fn of(names: &[String], items: &[Item]) -> Result<Self, ProposalError> {
        let mut attributes = names.iter().map(|name| KeyAttribute::of(name, items));
        let (partition, sort) =
            (attributes.next().ok_or(ProposalError::KeyLength)??, attributes.next().transpose()?);
        match attributes.next() {
            None => Ok(Self { partition, sort }),
            Some(_) => Err(ProposalError::KeyLength),
        }
    }

    pub fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.attributes().map(|attribute| attribute.name.as_str())
    }
}

impl KeyAttribute {
    fn of(name: &str, items: &[Item]) -> Result<Self, ProposalError> {
        let kind = |item: &Item| match item.get(name) {
            Some(Attribute::S(_)) => Some(KeyType::S),
            Some(Attribute::N(_)) => Some(KeyType::N),
            Some(Attribute::B(_)) => Some(KeyType::B),
            _ => None,
        };
        let first = items.first().ok_or(ProposalError::NoItems)?;
        let first = kind(first).filter(|first| items.iter().all(|item| kind(item) == Some(*first)));
        let kind = first.ok_or_else(|| ProposalError::NoKey(name.to_owned()))?;
        Ok(Self { name: name.to_owned(), kind })
    }
}

/// What `tablecast check` finds nothing wrong with.
pub fn propose(sample: &Sample, wish: Wish) -> Result<Proposal, ProposalError> {
    refuse(sample)?;
    let pipe = wish.pipe.as_deref().map_or_else(|| Ok(naming::pipe(&sample.table)), naming::pipe_named)?;
    let found = entity::find(sample, wish.entity.as_deref().map(naming::noun_named).transpose()?);
    let notes = notes(sample, &found, &Subject::of(sample, &pipe));
    let outlines: Vec<_> =
        found.entities.into_iter().map(|entity| Outline::of(entity, &sample.key)).collect();
    let parts: Vec<(&Outline<'_>, Part)> =
        outlines.iter().flat_map(|outline| outline.parts().map(move |part| (outline, part))).collect();
    let fixture = |(outline, part): &(&Outline<'_>, Part)| {
        fixtures::fixture(&sample.table, &sample.key, &pipe, outline, *part)
    };
    let fixtures: Vec<File> = parts.iter().map(fixture).collect();
    let file = pipe_file::file(sample, &pipe, &outlines);
    let bare: Vec<File> =
        parts.iter().map(|(outline, part)| schemas::schema(outline, *part, &wish.home, None)).collect();
    let pipes = compiled(&file, &bare)?;
    let schema = |((outline, part), fixture): (&(&Outline<'_>, Part), &File)| {
        schemas::schema(outline, *part, &wish.home, example(&pipes, fixture))
    };
    Ok(Proposal {
        schemas: parts.iter().zip(&fixtures).map(schema).collect(),
        event_types: parts.iter().map(|(outline, part)| outline.event_type(*part)).collect(),
        subject: Subject::of(sample, &pipe).printed(),
        left: left(&outlines),
        trial: trial::run(&pipes, sample),
        pipe: file,
        fixtures,
        notes,
    })
}

fn refuse(sample: &Sample) -> Result<(), ProposalError> {
    let is_simple = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
    if !(3..=255).contains(&sample.table.len()) || !sample.table.chars().all(is_simple) {
        return Err(ProposalError::Table(sample.table.clone()));
    }
    if sample.items.is_empty() {
        return Err(ProposalError::NoItems);
    }
    let unwritable = sample.key.names().find(|name| !wording::can_be_written(name));
    unwritable.map_or(Ok(()), |name| Err(ProposalError::KeyName(name.to_owned())))
}

/// Each once, though several kinds may have it.
fn left(outlines: &[Outline<'_>]) -> Vec<Left> {
    let mut seen = BTreeSet::new();
    let all = outlines.iter().flat_map(|outline| &outline.told.left);
    all.filter(|left| seen.insert(left.path.clone())).cloned().collect()
}

fn notes(sample: &Sample, found: &entity::Found<'_>, subject: &Subject<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(by) = &found.by {
        let nouns: Vec<_> = found.entities.iter().map(|entity| entity.noun.as_str()).collect();
        notes.push(format!(
            "It looks like a single-table design: {} are told apart by {by}. If they are not several kinds of things, delete the \
             files and say with --entity what all items are.",
            nouns.join(", ")
        ));
    }
    if found.of_none > 0 {
        notes.push(format!(
            "{} of {} items are of none of these kinds, and become no events.",
            found.of_none,
            sample.items.len()
        ));
    }
    notes.extend(subject.sensitive().map(|name| {
        format!("The key {name} looks secret or personal, and stands in the subject, which everybody reads who gets an event.")
    }));
    notes.extend(subject.encoded().map(|name| {
        format!("Values of the key {name} may hold / or *, which have a meaning in subjects: there they are %2F and %2A.")
    }));
    notes
}

fn compiled(pipe: &File, schemas: &[File]) -> Result<Pipes, ProposalError> {
    let source = |file: &File| Source {
        file: file.name.clone(),
        name: file.name.rsplit_once('.').map_or(&*file.name, |(stem, _)| stem).to_owned(),
        text: file.text.clone(),
    };
    let schemas: Vec<Source> = schemas.iter().map(source).collect();
    let faulty = |problems: Vec<Problem>| ProposalError::Faulty(crate::problem::lines(&problems));
    Pipes::compile(&[source(pipe)], &schemas).map_err(faulty)
}

/// The data of the event that the fixture becomes.
fn example(pipes: &Pipes, fixture: &File) -> Option<Value<'static>> {
    let element = enrich(pipes, &format!("[{}]", fixture.text)).ok()?.pop()?;
    let event: Json = serde_json::from_str(element.events.first()?.get()).ok()?;
    Some(Value::from(&event["data"]))
}

#[cfg(test)]
mod tests;
