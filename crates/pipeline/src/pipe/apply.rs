use serde_json::value::RawValue;
use tablecast_protocol::channel::MAX_SOURCE_BYTES;
use tablecast_protocol::subject::Subject;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use super::event::{Content, EventBuilder};
use super::{Pipe, Rule, state};
use crate::expression::Scope;
use crate::record::Record;
use crate::schema::Schemas;

impl Pipe {
    /// Reads the parts of one record that the expressions use.
    pub fn read<'a>(&self, cursor: &mut Cursor<'a>) -> Result<Record<'a>, Located> {
        Record::read(cursor, &self.projections)
    }

    /// Returns the traceparent of the change, or why the item has no valid one.
    pub fn trace(&self, record: &Record<'_>) -> Result<Option<String>, String> {
        self.trace.as_ref().map_or(Ok(None), |trace| trace.of(record))
    }

    /// Returns the events of a record, with its traceparent: those of the rules that apply, and that of the state if it
    /// changes.
    pub fn apply(
        &self,
        record: &Record<'_>,
        traceparent: Option<&str>,
        schemas: &Schemas,
    ) -> Result<Vec<Box<RawValue>>, Located> {
        let (operation, metadata) = (Value::String(record.operation.as_str().into()), metadata(record));
        let roots = roots(record, &operation, &metadata);
        let scope = Scope(&roots);
        let rules = self.rules_that_hold(&scope)?;
        let images = self.state.as_ref().map(|_| state::images(record)).unwrap_or_default();
        let [old, new] = images.each_ref().map(|image| image.as_ref().map(|variables| Scope(variables)));
        let state = self.state.as_ref().map(|state| state.change(old.as_ref(), new.as_ref()));
        let state = state.transpose()?.flatten();
        if rules.is_empty() && state.is_none() {
            return Ok(Vec::new());
        }
        let subject = self.subject(&scope)?;
        let source = self.short_source(&subject)?;
        let builder =
            EventBuilder { pipe: self, record, traceparent, source: &source, subject: &subject, schemas };
        let contents = rules.into_iter().map(|rule| rule.content(&scope)).chain(state.map(Ok));
        contents.map(|content| builder.of_change(content?)).collect()
    }

    /// Rules of one type are alternatives. The first that holds gives the event.
    fn rules_that_hold(&self, scope: &Scope<'_>) -> Result<Vec<&Rule>, Located> {
        let mut held: Vec<&Rule> = Vec::new();
        for rule in &self.rules {
            let taken = held.iter().any(|other| other.event_type == rule.event_type);
            if !taken && rule.holds(scope)? {
                held.push(rule);
            }
        }
        Ok(held)
    }

    pub(super) fn subject(&self, scope: &Scope<'_>) -> Result<Subject, Located> {
        let text = self.subject.fill(scope).map_err(|reason| Located::new("subject", reason))?;
        Subject::parse(&text).map_err(|error| Located::new("subject", error.to_string()))
    }

    pub(super) fn short_source(&self, subject: &Subject) -> Result<String, Located> {
        short(self.source(subject)).map_err(|reason| Located::new("subject", reason))
    }
}

impl Rule {
    fn holds(&self, scope: &Scope<'_>) -> Result<bool, Located> {
        let holds = self.when.as_ref().map_or(Ok(true), |when| when.holds(scope));
        holds.map_err(|reason| self.at("when", reason))
    }

    fn content<'s>(&'s self, scope: &'s Scope<'s>) -> Result<Content<'s>, Located> {
        let data = self.data.evaluate(scope);
        let data = data.map_err(|error| self.at(&format!("data{}", error.path), error.reason))?;
        let data = data.unwrap_or(Value::Null);
        Ok(Content { event_type: &self.event_type, path: &self.data_path, data, version: None })
    }

    fn at(&self, member: &str, reason: String) -> Located {
        Located::new(format!("{}.{member}", self.path), reason)
    }
}

fn roots<'s>(
    record: &'s Record<'_>,
    operation: &'s Value<'_>,
    metadata: &'s Value<'_>,
) -> [(&'static str, &'s Value<'s>); 6] {
    [
        ("operation", operation),
        ("new", &record.new),
        ("old", &record.old),
        ("item", record.item()),
        ("keys", &record.keys),
        ("record", metadata),
    ]
}

/// The variable `record`.
fn metadata<'s>(record: &'s Record<'_>) -> Value<'s> {
    let text = |text: &'s str| Value::String(text.into());
    let mut members = vec![
        ("eventID".into(), text(&record.event_id)),
        ("time".into(), text(&record.time)),
        ("expired".into(), Value::Bool(record.expired)),
    ];
    members.extend(record.sequence.as_deref().map(|sequence| ("sequence".into(), text(sequence))));
    Value::Map(members)
}

fn short(source: String) -> Result<String, String> {
    match source.len() {
        ..=MAX_SOURCE_BYTES => Ok(source),
        bytes => Err(format!(
            "the encoded source of its channel has {bytes} bytes, but {MAX_SOURCE_BYTES} are possible: lower log.channel, \
             or shorten the subject"
        )),
    }
}
