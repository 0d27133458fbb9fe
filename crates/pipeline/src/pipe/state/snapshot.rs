use std::collections::BTreeSet;

use serde_json::value::RawValue;
use tablecast_protocol::subject::Subject;
use tablecast_values::located::Located;

use super::Pipe;
use super::change::images;
use crate::expression::Scope;
use crate::pipe::event::EventBuilder;
use crate::record::Record;
use crate::schema::Schemas;

impl Pipe {
    /// The attributes of an item that its state needs, its key included. None for all of them.
    pub fn state_attributes(&self) -> Option<BTreeSet<&str>> {
        let is_item = |root: &str| matches!(root, "item" | "keys");
        let references = self.state.as_ref()?.references();
        if references.iter().any(|read| read.whole.iter().any(|root| is_item(root))) {
            return None;
        }
        let fields = references.into_iter().flat_map(|read| &read.fields).filter(|(root, _)| is_item(root));
        let keys = self.definition.keys.iter().flat_map(|keys| [Some(&keys.partition), keys.sort.as_ref()]);
        let keys = keys.flatten().flat_map(|key| key.keys().map(String::as_str));
        Some(fields.map(|(_, name)| name.as_str()).chain(keys).collect())
    }

    /// The subject of an item that was read.
    pub fn state_subject(&self, record: &Record<'_>) -> Result<Subject, Located> {
        let [_, item] = images(record);
        self.subject(&Scope(&item.unwrap_or([("item", record.item()), ("keys", &record.keys)])))
    }

    /// The event of an item that was read: its state now, in the snapshot that a client requested under this id. None
    /// if the item is no state.
    pub fn state_event(
        &self,
        record: &Record<'_>,
        schemas: &Schemas,
        snapshot: &str,
        id: &str,
    ) -> Result<Option<Box<RawValue>>, Located> {
        let (Some(state), [_, Some(item)]) = (&self.state, images(record)) else { return Ok(None) };
        let item = Scope(&item);
        let Some(content) = state.set(&item)? else { return Ok(None) };
        let subject = self.subject(&item)?;
        let source = self.short_source(&subject)?;
        let (source, subject, traceparent) = (&source, &subject, None);
        let builder = EventBuilder { pipe: self, record, traceparent, source, subject, schemas };
        builder.of_item(content, snapshot, id).map(Some)
    }
}
