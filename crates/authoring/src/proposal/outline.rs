//! The events of one kind of thing.

use std::fmt;

use super::Key;
use super::entity::Entity;
use super::naming::camel;
use super::seen::Seen;
use super::told::{Member, Told};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Created,
    Changed,
    Removed,
}

#[derive(Debug)]
pub struct Outline<'s> {
    pub entity: Entity<'s>,
    pub told: Told,
    /// The attributes whose change is an event: neither the key nor what tells kinds apart.
    pub compared: Vec<String>,
    key: &'s Key,
}

impl<'s> Outline<'s> {
    pub fn of(entity: Entity<'s>, key: &'s Key) -> Self {
        let told = Told::of(&Seen::of(entity.items.iter().copied()), key);
        let stays = |name: &str| entity.fixed.contains_key(name) || key.names().any(|key| key == name);
        let names = told.members.iter().map(|member| member.name.clone());
        let compared = names.filter(|name| !stays(name)).collect();
        Self { entity, told, compared, key }
    }

    /// Nothing can change where nothing but the key is told.
    pub fn parts(&self) -> impl Iterator<Item = Part> + use<'_, 's> {
        let parts = [Part::Created, Part::Changed, Part::Removed];
        parts.into_iter().filter(|part| *part != Part::Changed || !self.compared.is_empty())
    }

    pub fn event_type(&self, part: Part) -> String {
        format!("{}.{part}.v1", self.entity.noun)
    }

    /// The attributes of the key that are told.
    pub fn keys(&self) -> impl Iterator<Item = &Member> {
        self.told.members.iter().filter(|member| self.key.names().any(|name| name == member.name))
    }

    /// What the names of changed attributes are called in the pipe file.
    pub fn changes(&self) -> String {
        match &self.entity.condition {
            None => "changed".to_owned(),
            Some(_) => format!("{}Changed", camel(&self.entity.noun)),
        }
    }

    /// The item within a changed event.
    pub fn item(&self) -> String {
        match camel(&self.entity.noun) {
            name if name == "changed" => "item".to_owned(),
            name => name,
        }
    }

    /// Why an item was removed, beside its key.
    pub fn reason(&self) -> &'static str {
        let is_free = |name: &&str| self.key.names().all(|key| key != *name);
        ["reason", "removedBecause"].into_iter().find(is_free).unwrap_or("removalReason")
    }
}

impl Part {
    pub fn operation(self) -> &'static str {
        match self {
            Self::Created => "INSERT",
            Self::Changed => "MODIFY",
            Self::Removed => "REMOVE",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Removed => "removed",
        })
    }
}
