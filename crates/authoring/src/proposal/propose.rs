//! Creates a proposal in the order of its steps. The pipe file's own compiler checks it and creates the
//! examples.

use std::collections::BTreeSet;

use serde_json::Value as Json;
use tablecast_definitions::problem::{self, DefinitionFile, Problem};
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_values::value::Value;

use super::detect::detect;
use super::dry_run::DryRun;
use super::entity_events::{EntityEvents, EventKind};
use super::error::ProposalError;
use super::file::File;
use super::options::ProposalOptions;
use super::output::Proposal;
use super::sample::Sample;
use super::selection::Omission;
use super::subject::Subject;
use super::{fixtures, naming, notes, pipe_file, quoting, schemas, state};

/// Returns files that pass `tablecast check`.
pub fn propose(sample: &Sample, options: &ProposalOptions) -> Result<Proposal, ProposalError> {
    refuse_invalid(sample)?;
    let pipe = options.pipe.as_deref();
    let pipe = pipe.map_or_else(|| Ok(naming::pipe_name(&sample.table)), naming::checked_pipe_name)?;
    let noun = options.entity.as_deref().map(naming::checked_noun).transpose()?;
    let entities = detect(sample, noun);
    let subject = Subject::of(sample, &pipe);
    let notes = notes::notes(sample, &entities, &subject);
    let no_state = state::obstacle(&entities, &subject);
    let events = |it| EntityEvents::of(it, &sample.key, no_state.is_none());
    let entities: Vec<_> = entities.all.into_iter().map(events).collect();
    let id_prefix = &options.id_prefix;
    let draft = Draft { sample, pipe: &pipe, id_prefix, subject, entities: &entities, no_state };
    draft.proposal(notes)
}

struct Draft<'d> {
    sample: &'d Sample,
    pipe: &'d str,
    id_prefix: &'d str,
    subject: Subject<'d>,
    entities: &'d [EntityEvents<'d>],
    no_state: Option<&'static str>,
}

impl Draft<'_> {
    fn proposal(&self, notes: Vec<String>) -> Result<Proposal, ProposalError> {
        let pipe = pipe_file::file(self.sample, self.pipe, &self.subject, self.entities, self.no_state);
        let pipes = compile(&pipe, &self.schemas(|_, _| None))?;
        Ok(Proposal {
            fixtures: self.each(EntityEvents::kinds, |events, kind| self.fixture(events, kind)),
            schemas: self.schemas(|events, kind| {
                example(&pipes, &self.fixture(events, kind), &events.event_type(kind))
            }),
            event_types: self.each(EntityEvents::rules, EntityEvents::event_type),
            state: self.entities.iter().find(|events| events.has_state).map(state::types),
            subject: self.subject.printed(),
            omissions: omissions(self.entities),
            dry_run: DryRun::of(&pipes, self.sample),
            pipe,
            notes,
        })
    }

    /// Maps each of these kinds of each kind of item.
    fn each<'e, T, Kinds: Iterator<Item = EventKind>>(
        &'e self,
        kinds: impl Fn(&'e EntityEvents<'e>) -> Kinds,
        map: impl Fn(&'e EntityEvents<'e>, EventKind) -> T,
    ) -> Vec<T> {
        let of = |events| kinds(events).map(|kind| map(events, kind)).collect::<Vec<_>>();
        self.entities.iter().flat_map(of).collect()
    }

    fn fixture(&self, events: &EntityEvents<'_>, kind: EventKind) -> File {
        fixtures::fixture(self.sample, self.pipe, events, kind)
    }

    fn schemas(&self, example: impl Fn(&EntityEvents<'_>, EventKind) -> Option<Value<'static>>) -> Vec<File> {
        let schema = |events, kind| schemas::schema(events, kind, self.id_prefix, example(events, kind));
        self.each(EntityEvents::all, schema)
    }
}

fn refuse_invalid(sample: &Sample) -> Result<(), ProposalError> {
    let is_simple = |it: char| it.is_ascii_alphanumeric() || "_-.".contains(it);
    if !(3..=255).contains(&sample.table.len()) || !sample.table.chars().all(is_simple) {
        return Err(ProposalError::Table(sample.table.clone()));
    }
    if sample.items.is_empty() {
        return Err(ProposalError::NoItems);
    }
    let unprintable = sample.key.names().find(|name| !quoting::is_printable(name));
    unprintable.map_or(Ok(()), |name| Err(ProposalError::KeyName(name.to_owned())))
}

/// Returns each omission once, even if several kinds have the attribute.
fn omissions(entities: &[EntityEvents<'_>]) -> Vec<Omission> {
    let mut seen = BTreeSet::new();
    let all = entities.iter().flat_map(|events| &events.selection.omissions);
    all.filter(|omission| seen.insert(omission.path.clone())).cloned().collect()
}

fn compile(pipe: &File, schemas: &[File]) -> Result<Pipes, ProposalError> {
    let source = |file: &File| DefinitionFile {
        file: file.name.clone(),
        name: file.name.rsplit_once('.').map_or(&*file.name, |(stem, _)| stem).to_owned(),
        text: file.text.clone(),
    };
    let schemas: Vec<DefinitionFile> = schemas.iter().map(source).collect();
    let faulty = |problems: Vec<Problem>| ProposalError::Faulty(problem::lines(&problems));
    Pipes::compile(&[source(pipe)], &schemas).map_err(faulty)
}

/// Returns the data of the event of this type that a fixture causes.
fn example(pipes: &Pipes, fixture: &File, event_type: &str) -> Option<Value<'static>> {
    let element = enrich(pipes, &format!("[{}]", fixture.text)).ok()?.pop()?;
    let events = element.events.iter().filter_map(|event| serde_json::from_str::<Json>(event.get()).ok());
    let event = events.into_iter().find(|event| event["type"] == event_type)?;
    Some(Value::from(&event["data"]))
}
