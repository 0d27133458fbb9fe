use std::fmt;

use tablecast_protocol::event_type;

use super::entity::Entity;
use super::naming::camel_case;
use super::property::Property;
use super::sample::Key;
use super::select::select;
use super::selection::Selection;
use super::stats::Stats;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventKind {
    Created,
    Changed,
    Removed,
    /// The data of an item.
    State,
}

/// The events of one kind of item.
#[derive(Debug)]
pub struct EntityEvents<'s> {
    pub entity: Entity<'s>,
    pub selection: Selection,
    /// The attributes whose change causes an event: neither keys nor discriminators.
    pub compared: Vec<String>,
    /// The attribute that marks deleted items.
    pub soft_delete: Option<String>,
    /// True if the pipe file has a state of these items. Its removed event replaces the rule for one.
    pub has_state: bool,
    key: &'s Key,
}

impl<'s> EntityEvents<'s> {
    pub fn of(entity: Entity<'s>, key: &'s Key, has_state: bool) -> Self {
        let selection = select(Stats::of(entity.items.iter().copied()), key);
        let is_constant =
            |name: &str| entity.discriminators.contains_key(name) || key.names().any(|key| key == name);
        let names = selection.properties.iter().map(|property| property.name.clone());
        let compared = names.filter(|name| !is_constant(name)).collect();
        let soft_delete = selection.omissions.iter().find(|it| it.is_soft_delete()).map(|it| it.path.clone());
        Self { entity, selection, compared, soft_delete, has_state, key }
    }

    /// Returns the kinds of changes. There is no changed event if no property can change.
    pub fn kinds(&self) -> impl Iterator<Item = EventKind> + use<'_, 's> {
        let kinds = [EventKind::Created, EventKind::Changed, EventKind::Removed];
        kinds.into_iter().filter(|kind| *kind != EventKind::Changed || !self.compared.is_empty())
    }

    /// Returns the kinds that have a rule.
    pub fn rules(&self) -> impl Iterator<Item = EventKind> + use<'_, 's> {
        self.kinds().filter(|kind| *kind != EventKind::Removed || !self.has_state)
    }

    /// Returns the kinds that have a schema.
    pub fn all(&self) -> impl Iterator<Item = EventKind> + use<'_, 's> {
        self.kinds().chain(self.has_state.then_some(EventKind::State))
    }

    pub fn event_type(&self, kind: EventKind) -> String {
        let state = format!("{}.v1", self.entity.noun);
        match kind {
            EventKind::State => state,
            EventKind::Removed => event_type::removed(&state).unwrap_or(state),
            kind => format!("{}.{kind}.v1", self.entity.noun),
        }
    }

    /// Returns the types of the events that a change of this kind causes.
    pub fn emitted(&self, kind: EventKind) -> Vec<String> {
        let has_state = self.has_state && kind != EventKind::Removed;
        let state = has_state.then_some(EventKind::State);
        std::iter::once(kind).chain(state).map(|kind| self.event_type(kind)).collect()
    }

    /// Returns the properties that are attributes of the key.
    pub fn key_properties(&self) -> impl Iterator<Item = &Property> {
        let is_key = |property: &&Property| self.key.names().any(|name| name == property.name);
        self.selection.properties.iter().filter(is_key)
    }

    /// Returns the number of attributes of the key.
    pub fn key_length(&self) -> usize {
        self.key.names().count()
    }

    /// Returns the pipe file's variable for the names of the changed attributes.
    pub fn changed_variable(&self) -> String {
        self.variable("changed")
    }

    /// Returns the name of a variable of this kind: `changed`, or `orderChanged` if there are several kinds.
    pub fn variable(&self, name: &str) -> String {
        match &self.entity.condition {
            None => name.to_owned(),
            Some(_) => camel_case(&format!("{}-{name}", self.entity.noun)),
        }
    }

    /// Returns the property for the item in a changed event.
    pub fn item_property(&self) -> String {
        match camel_case(&self.entity.noun) {
            name if name == "changed" => "item".to_owned(),
            name => name,
        }
    }

    /// Returns the property for the reason in a removed event.
    pub fn reason_property(&self) -> &'static str {
        let is_free = |name: &&str| self.key.names().all(|key| key != *name);
        ["reason", "removedBecause"].into_iter().find(is_free).unwrap_or("removalReason")
    }
}

impl EventKind {
    /// Returns the operation in the stream record.
    pub fn operation(self) -> &'static str {
        match self {
            Self::Created | Self::State => "INSERT",
            Self::Changed => "MODIFY",
            Self::Removed => "REMOVE",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Removed => "removed",
            Self::State => "state",
        })
    }
}
