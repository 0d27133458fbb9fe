use serde_json::value::{RawValue, to_raw_value};
use tablecast_protocol::channel::MAX_SOURCE_BYTES;
use tablecast_protocol::event::{CloudEvent, DATACONTENTTYPE, SPECVERSION};
use tablecast_protocol::subject::Subject;
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use super::{Pipe, Rule};
use crate::expression::Scope;
use crate::record::Record;
use crate::schema::{Schema, Schemas};

impl Pipe {
    /// Reads the parts of one record that the expressions use.
    pub fn read<'a>(&self, cursor: &mut Cursor<'a>) -> Result<Record<'a>, Located> {
        Record::read(cursor, &self.projections)
    }

    /// Returns the traceparent of the change, or why the item has no valid one.
    pub fn trace(&self, record: &Record<'_>) -> Result<Option<String>, String> {
        self.trace.as_ref().map_or(Ok(None), |trace| trace.of(record))
    }

    /// Returns the events of a record, with its traceparent. Empty if no rule applies.
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
        if rules.is_empty() {
            return Ok(Vec::new());
        }
        let subject = self.subject(&scope)?;
        let source = short(self.source(&subject)).map_err(|reason| Located::new("subject", reason))?;
        let builder = EventBuilder {
            pipe: self,
            record,
            traceparent,
            scope: &scope,
            source: &source,
            subject: &subject,
            schemas,
        };
        rules.into_iter().map(|rule| builder.event(rule)).collect()
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

    fn subject(&self, scope: &Scope<'_>) -> Result<Subject, Located> {
        let text = self.subject.fill(scope).map_err(|reason| Located::new("subject", reason))?;
        Subject::parse(&text).map_err(|error| Located::new("subject", error.to_string()))
    }
}

impl Rule {
    fn holds(&self, scope: &Scope<'_>) -> Result<bool, Located> {
        let holds = self.when.as_ref().map_or(Ok(true), |when| when.holds(scope));
        holds.map_err(|reason| self.at("when", reason))
    }

    fn at(&self, member: &str, reason: String) -> Located {
        Located::new(format!("{}.{member}", self.path), reason)
    }
}

/// Builds the events of one record.
struct EventBuilder<'m> {
    pipe: &'m Pipe,
    record: &'m Record<'m>,
    traceparent: Option<&'m str>,
    scope: &'m Scope<'m>,
    source: &'m str,
    subject: &'m Subject,
    schemas: &'m Schemas,
}

impl EventBuilder<'_> {
    fn event(&self, rule: &Rule) -> Result<Box<RawValue>, Located> {
        let schema =
            self.schemas.get(&rule.event_type).ok_or_else(|| rule.at("type", "has no schema".into()))?;
        let data = self.data(rule, schema)?;
        let event = CloudEvent {
            specversion: SPECVERSION,
            id: &[&self.record.event_id, ":", &rule.event_type].concat(),
            source: self.source,
            event_type: &rule.event_type,
            subject: Some(self.subject.as_str()),
            time: &self.record.time,
            datacontenttype: DATACONTENTTYPE,
            dataschema: &schema.id,
            sequence: self.record.sequence.as_deref(),
            traceparent: self.traceparent,
            position: None,
            snapshot: None,
            version: None,
            data: &data,
        };
        sized(to_raw_value(&event), self.pipe.event_limit).map_err(|reason| rule.at("data", reason))
    }

    fn data<'s>(&'s self, rule: &'s Rule, schema: &Schema) -> Result<Value<'s>, Located> {
        let data = rule.data.evaluate(self.scope);
        let data = data.map_err(|error| rule.at(&format!("data{}", error.path), error.reason))?;
        let data = data.unwrap_or(Value::Null);
        schema.check(&data).map_err(|error| broken(&rule.event_type, error))?;
        Ok(data)
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

fn sized(event: serde_json::Result<Box<RawValue>>, limit: usize) -> Result<Box<RawValue>, String> {
    let event = event.map_err(|error| error.to_string())?;
    match event.get().len() {
        bytes if bytes > limit => Err(format!(
            "the event has {bytes} bytes, but the bus accepts {limit}: list fewer attributes in data"
        )),
        _ => Ok(event),
    }
}

/// The error of an event that breaks its schema, with its place: `order.placed.v1/total`.
fn broken(event_type: &str, error: Located) -> Located {
    Located::new(format!("{event_type}{}", error.path), format!("breaks the schema: {}", error.reason))
}
