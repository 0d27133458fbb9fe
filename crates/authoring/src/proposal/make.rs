//! From the sample to the files. What is made goes through the pipe file's own compiler, which makes the examples too.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::outline::{Outline, Part};
use super::subject::Subject;
use super::told::Left;
use super::{
    File, Proposal, ProposalError, Sample, Wish, entity, fixtures, naming, notes, pipe_file, schemas, trial,
    wording,
};
use tablecast_definitions::problem::{Problem, Source};
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_values::value::Value;

/// What `tablecast check` finds nothing wrong with.
pub fn propose(sample: &Sample, wish: &Wish) -> Result<Proposal, ProposalError> {
    refuse(sample)?;
    let pipe = wish.pipe.as_deref().map_or_else(|| Ok(naming::pipe(&sample.table)), naming::pipe_named)?;
    let noun = wish.entity.as_deref().map(naming::noun_named).transpose()?;
    let found = entity::find(sample, noun);
    let subject = Subject::of(sample, &pipe);
    let notes = notes::notes(sample, &found, &subject);
    let outlines: Vec<_> = found.entities.into_iter().map(|it| Outline::of(it, &sample.key)).collect();
    let draft = Draft { sample, pipe: &pipe, home: &wish.home, subject, outlines: &outlines };
    draft.proposal(notes)
}

struct Draft<'d> {
    sample: &'d Sample,
    pipe: &'d str,
    home: &'d str,
    subject: Subject<'d>,
    outlines: &'d [Outline<'d>],
}

impl Draft<'_> {
    fn proposal(&self, notes: Vec<String>) -> Result<Proposal, ProposalError> {
        let pipe = pipe_file::file(self.sample, self.pipe, &self.subject, self.outlines);
        let pipes = compiled(&pipe, &self.schemas(|_, _| None))?;
        Ok(Proposal {
            fixtures: self.events().map(|(outline, part)| self.fixture(outline, part)).collect(),
            schemas: self.schemas(|outline, part| example(&pipes, &self.fixture(outline, part))),
            event_types: self.events().map(|(outline, part)| outline.event_type(part)).collect(),
            subject: self.subject.printed(),
            left: left(self.outlines),
            trial: trial::run(&pipes, self.sample),
            pipe,
            notes,
        })
    }

    fn events(&self) -> impl Iterator<Item = (&Outline<'_>, Part)> {
        self.outlines.iter().flat_map(|outline| outline.parts().map(move |part| (outline, part)))
    }

    fn fixture(&self, outline: &Outline<'_>, part: Part) -> File {
        fixtures::fixture(self.sample, self.pipe, outline, part)
    }

    fn schemas(&self, example: impl Fn(&Outline<'_>, Part) -> Option<Value<'static>>) -> Vec<File> {
        let schema = |(outline, part)| schemas::schema(outline, part, self.home, example(outline, part));
        self.events().map(schema).collect()
    }
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

fn compiled(pipe: &File, schemas: &[File]) -> Result<Pipes, ProposalError> {
    let source = |file: &File| Source {
        file: file.name.clone(),
        name: file.name.rsplit_once('.').map_or(&*file.name, |(stem, _)| stem).to_owned(),
        text: file.text.clone(),
    };
    let schemas: Vec<Source> = schemas.iter().map(source).collect();
    let faulty =
        |problems: Vec<Problem>| ProposalError::Faulty(tablecast_definitions::problem::lines(&problems));
    Pipes::compile(&[source(pipe)], &schemas).map_err(faulty)
}

/// The data of the event that the fixture becomes.
fn example(pipes: &Pipes, fixture: &File) -> Option<Value<'static>> {
    let element = enrich(pipes, &format!("[{}]", fixture.text)).ok()?.pop()?;
    let event: Json = serde_json::from_str(element.events.first()?.get()).ok()?;
    Some(Value::from(&event["data"]))
}
