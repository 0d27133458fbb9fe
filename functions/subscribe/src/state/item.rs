use serde_json::value::RawValue;
use tablecast_aws::item_json;
use tablecast_definitions::definition::Keys;
use tablecast_pipeline::pipe::Pipe;
use tablecast_pipeline::record::{ReadItem, Record, read_record};
use tablecast_pipeline::schema::Schemas;
use tablecast_protocol::subject::{Pattern, Subject};
use tablecast_values::cursor::Cursor;
use tablecast_values::located::Located;

use super::table::Attributes;

/// The result of an item of a table for a pattern.
#[derive(Debug)]
pub enum Item {
    State {
        subject: Subject,
        event: Box<RawValue>,
    },
    /// It could not become state. It has a subject if it is one of the pattern's for certain.
    Invalid {
        subject: Option<Subject>,
        error: Located,
    },
    /// It is no state, or its subject is another one.
    Other,
}

/// Makes the events of items that were read together.
pub struct Reader<'r> {
    pub pipe: &'r Pipe,
    pub schemas: &'r Schemas,
    pub pattern: &'r Pattern,
    /// The id of the client's message.
    pub snapshot: &'r str,
    /// When the read began, in milliseconds since the epoch.
    pub time: i64,
}

impl Reader<'_> {
    /// `id` is that of the event.
    pub fn item(&self, attributes: &Attributes, id: &str) -> Item {
        match self.record(attributes) {
            Ok(record) => self.read(&record, id),
            Err(error) => Item::Invalid { subject: None, error },
        }
    }

    fn record(&self, attributes: &Attributes) -> Result<String, Located> {
        let attributes = item_json(attributes).map_err(|error| Located::here(&error.to_string()))?;
        let (table, keys) = (&self.pipe.definition.table, names(self.pipe.definition.keys.as_ref()));
        let read = ReadItem { table, keys: &keys, attributes: &attributes, time: self.time, sequence: None };
        Ok(read_record(&read))
    }

    fn read(&self, json: &str, id: &str) -> Item {
        match self.pipe.read(&mut Cursor::new(json)) {
            Ok(record) => self.event(&record, id),
            Err(error) => Item::Invalid { subject: None, error },
        }
    }

    fn event(&self, record: &Record<'_>, id: &str) -> Item {
        let subject = self.pipe.state_subject(record).ok();
        if subject.as_ref().is_some_and(|subject| !self.pattern.matches(subject)) {
            return Item::Other;
        }
        match (self.pipe.state_event(record, self.schemas, self.snapshot, id), subject) {
            (Ok(Some(event)), Some(subject)) => Item::State { subject, event },
            (Ok(_), _) => Item::Other,
            // Nobody knows whether it is an item of the state.
            (Err(error), _) if error.path.starts_with("state.when") => Item::Invalid { subject: None, error },
            (Err(error), subject) => Item::Invalid { subject, error },
        }
    }
}

fn names(keys: Option<&Keys>) -> Vec<String> {
    let maps = keys.into_iter().flat_map(|keys| [Some(&keys.partition), keys.sort.as_ref()]);
    maps.flatten().flat_map(|key| key.keys().cloned()).collect()
}
