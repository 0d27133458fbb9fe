use std::collections::BTreeMap;

use serde_json::Value as Json;
use tablecast_definitions::definition::{Code, Definition, KeyType, Tree};
use tablecast_definitions::problem::Rule as ProblemRule;

use super::super::FileCompiler;
use crate::pipe::state::{KeyAttribute, KeySubject};
use crate::template::Template;

/// The key attributes of the table.
#[derive(Debug)]
pub struct TableKey {
    partition: KeyAttribute,
    sort: Option<KeyAttribute>,
}

impl FileCompiler<'_> {
    pub fn table_key(&mut self, definition: &Definition) -> Option<TableKey> {
        let Some(keys) = &definition.keys else {
            let reason = "are missing, but a reader of the state turns subjects into keys. Write the key of the table, also \
                          if the table exists already: `keys: { partition: { id: S } }`";
            self.wrong(ProblemRule::StateKeys, "keys", reason);
            return None;
        };
        // A map with another number of attributes is reported elsewhere.
        let partition = attribute(&keys.partition)?;
        let sort = match &keys.sort {
            Some(sort) => Some(attribute(sort)?),
            None => None,
        };
        let key = TableKey { partition, sort };
        for attribute in key.attributes().filter(|attribute| attribute.key_type == KeyType::B) {
            let reason = format!(
                "{} is binary, so a subject cannot have it as it is. A table with a binary key cannot have `state`",
                attribute.name
            );
            self.wrong(ProblemRule::StateKeys, "keys", reason);
        }
        Some(key)
    }

    pub fn key_subject(
        &mut self,
        definition: &Definition,
        subject: &Template,
        key: TableKey,
    ) -> Option<KeySubject> {
        let line = definition.subject.line;
        let found = KeySubject::new(subject, key.partition, key.sort);
        found
            .map_err(|reason| self.wrong(ProblemRule::StateSubject, "subject", reason).line = Some(line))
            .ok()
    }
}

impl TableKey {
    fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    pub fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The data of a removed item: its key attributes.
    pub fn tree(&self, line: u64) -> Tree {
        let leaf = |name: &str| Tree::Leaf(Code { text: format!("keys[{}]", Json::from(name)), line });
        Tree::Map(
            self.attributes().map(|attribute| (attribute.name.clone(), leaf(&attribute.name))).collect(),
        )
    }
}

fn attribute(attributes: &BTreeMap<String, KeyType>) -> Option<KeyAttribute> {
    let (name, key_type) = attributes.iter().next().filter(|_| attributes.len() == 1)?;
    Some(KeyAttribute { name: name.clone(), key_type: *key_type })
}
