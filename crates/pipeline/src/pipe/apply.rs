use serde_json::value::{RawValue, to_raw_value};

use super::{Pipe, Rule};
use crate::event::{DATACONTENTTYPE, Event, SPECVERSION};
use crate::expression::Scope;
use crate::located::Located;
use crate::record::Record;
use crate::schema::Schemas;
use crate::subject::Subject;
use crate::value::Value;

/// PutEvents takes 256 KB; the rest is room for the entry's other members.
const MAX_EVENT_BYTES: usize = 255 * 1024;

impl Pipe {
    /// Reads one record, of which only what the expressions name.
    pub fn read<'a>(&self, json: &'a str) -> Result<Record<'a>, Located> {
        Record::parse(json, &self.wants)
    }

    /// The events that a record becomes; none when no rule wants it.
    pub fn apply(&self, record: &Record<'_>, schemas: &Schemas) -> Result<Vec<Box<RawValue>>, Located> {
        let (operation, about) = (Value::String(record.operation.as_str().into()), about(record));
        let scope = scope(record, &operation, &about);
        let mut wanted: Vec<(usize, &Rule)> = Vec::new();
        for (index, rule) in self.rules.iter().enumerate() {
            // Rules of one type are alternatives: the first that holds gives the event.
            let taken = wanted.iter().any(|(_, other)| other.event_type == rule.event_type);
            if !taken && rule.holds(&scope).map_err(|reason| at(index, "when", reason))? {
                wanted.push((index, rule));
            }
        }
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let subject = self.subject(&scope)?;
        wanted
            .into_iter()
            .map(|(index, rule)| self.event(index, rule, record, &scope, &subject, schemas))
            .collect()
    }

    fn subject(&self, scope: &Scope<'_>) -> Result<Subject, Located> {
        let text = self.subject.fill(scope).map_err(|reason| Located::new("subject", reason))?;
        Subject::parse(&text).map_err(|error| Located::new("subject", error.to_string()))
    }

    fn event(
        &self,
        index: usize,
        rule: &Rule,
        record: &Record<'_>,
        scope: &Scope<'_>,
        subject: &Subject,
        schemas: &Schemas,
    ) -> Result<Box<RawValue>, Located> {
        let data = rule.data.evaluate(scope);
        let data = data.map_err(|error| at(index, &format!("data{}", error.path), error.reason))?;
        let data = data.unwrap_or(Value::Null);
        let schema = schemas.get(&rule.event_type);
        let schema = schema.ok_or_else(|| at(index, "type", "has no schema".into()))?;
        schema.check(&data).map_err(|error| within(&rule.event_type, error))?;
        let event = Event {
            specversion: SPECVERSION,
            id: &format!("{}:{}", record.event_id, rule.event_type),
            source: &self.source,
            event_type: &rule.event_type,
            subject: subject.as_str(),
            time: &record.time,
            datacontenttype: DATACONTENTTYPE,
            dataschema: &schema.id,
            sequence: &record.sequence,
            data: &data,
        };
        sized(to_raw_value(&event)).map_err(|reason| at(index, "data", reason))
    }
}

impl Rule {
    fn holds<'s>(&'s self, scope: &'s Scope<'s>) -> Result<bool, String> {
        self.when.as_ref().map_or(Ok(true), |when| when.holds(scope))
    }
}

fn scope<'s>(record: &'s Record<'_>, operation: &'s Value<'_>, about: &'s Value<'_>) -> Scope<'s> {
    Scope(vec![
        ("operation", operation),
        ("new", &record.new),
        ("old", &record.old),
        ("item", record.item()),
        ("keys", &record.keys),
        ("record", about),
    ])
}

fn about<'s>(record: &'s Record<'_>) -> Value<'s> {
    let text = |text: &'s str| Value::String(text.into());
    Value::Map(vec![
        ("eventID".into(), text(&record.event_id)),
        ("time".into(), text(&record.time)),
        ("sequence".into(), text(&record.sequence)),
        ("expired".into(), Value::Bool(record.expired)),
    ])
}

fn sized(event: serde_json::Result<Box<RawValue>>) -> Result<Box<RawValue>, String> {
    let event = event.map_err(|error| error.to_string())?;
    match event.get().len() {
        bytes if bytes > MAX_EVENT_BYTES => Err(format!(
            "the event has {bytes} bytes: the bus takes {MAX_EVENT_BYTES}; name fewer attributes"
        )),
        _ => Ok(event),
    }
}

fn at(index: usize, member: &str, reason: String) -> Located {
    Located::new(format!("events[{index}].{member}"), reason)
}

/// Where an event breaks its schema: `order.placed.v1/total`.
fn within(event_type: &str, error: Located) -> Located {
    Located::new(format!("{event_type}{}", error.path), format!("breaks the schema: {}", error.reason))
}
