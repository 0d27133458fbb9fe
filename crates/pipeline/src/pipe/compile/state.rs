//! Compiles `state`, and refuses what would make a snapshot differ from the events.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use tablecast_definitions::definition::{Code, Definition, KeyType, StateRule, Tree};
use tablecast_definitions::problem::Rule as ProblemRule;
use tablecast_protocol::event_type;

use super::FileCompiler;
use super::filter::passes_every_record;
use crate::expression::{Expression, References};
use crate::pipe::state::{KeyAttribute, KeySubject, KeyValue, State};
use crate::pipe::{Data, RECORD_ROOTS};
use crate::template::Template;

/// The variables of an expression of `state`. The others are about a change.
const STATE_ROOTS: [&str; 2] = ["item", "keys"];

/// The key attributes of the table.
struct TableKey {
    partition: KeyAttribute,
    sort: Option<KeyAttribute>,
}

impl FileCompiler<'_> {
    /// Returns nothing if there is no state, or a problem with it.
    pub fn state(&mut self, definition: &Definition, subject: Option<&Template>) -> Option<State> {
        let rule = definition.state.as_ref()?;
        self.state_filter(definition);
        let removed_type = self.state_types(rule, definition);
        let when = rule.when.as_ref().map(|code| self.state_expression(code, "state.when"));
        let version = rule.version.as_ref().map(|code| self.state_expression(code, "state.version"));
        let data = self.state_data(&rule.data, "state.data");
        let key = self.table_key(definition);
        let removed = self.removed(rule, key.as_ref()?);
        let key_subject = self.key_subject(definition, subject?, key?);
        let [when, version] = [when, version].map(all_or_none);
        let (when, subject) = (when?, key_subject?);
        let beginning = when.as_ref().and_then(|when| beginning(when, &subject));
        let (event_type, removed_type) = (rule.event_type.text.clone(), removed_type?);
        Some(State {
            event_type,
            removed_type,
            when,
            version: version?,
            data: data?,
            removed: removed?,
            subject,
            beginning,
        })
    }

    fn state_filter(&mut self, definition: &Definition) {
        if !passes_every_record(&definition.filter) {
            let reason = "drops records, so clients would keep a state that has changed. Remove the filter, and choose \
                          the items that are state with state.when";
            self.wrong(ProblemRule::StateFilter, "filter", reason);
        }
    }

    /// Returns the type of the events of removed items.
    fn state_types(&mut self, rule: &StateRule, definition: &Definition) -> Option<String> {
        let code = &rule.event_type;
        let removed = event_type::removed(&code.text);
        self.control_type(code, "state.type");
        self.schema_of(&code.text, code.line, "state.type", "");
        if let Some(removed) = &removed {
            self.schema_of(removed, code.line, "state.type", ", the type of the event of a removed item");
        }
        for (index, other) in definition.events.iter().enumerate() {
            let other = &other.event_type;
            if other.text == code.text || removed.as_ref() == Some(&other.text) {
                let reason = format!("`state` emits {}: use another type, or remove this rule", other.text);
                self.wrong(ProblemRule::StateType, format!("events[{index}].type"), reason).line =
                    Some(other.line);
            }
        }
        removed
    }

    fn state_expression(&mut self, code: &Code, path: &str) -> Option<Expression> {
        let compiled = self.language.compile(&code.text);
        let expression = self.report(code, path, compiled)?;
        self.reads_state(&expression.references, code, path).then_some(expression)
    }

    fn state_data(&mut self, tree: &Tree, path: &str) -> Option<Data> {
        let data = self.data(tree, path)?;
        let leaves: Vec<_> = tree.leaves(path).into_iter().zip(data.references()).collect();
        let read =
            leaves.into_iter().map(|((path, code), references)| self.reads_state(references, code, &path));
        // All leaves are looked at, so that every problem is reported.
        read.fold(true, |all, one| all & one).then_some(data)
    }

    fn reads_state(&mut self, references: &References, code: &Code, path: &str) -> bool {
        let is_other = |root: &&str| RECORD_ROOTS.contains(root) && !STATE_ROOTS.contains(root);
        let Some(other) = references.roots().find(is_other) else { return true };
        let reason = format!("reads {other}, which only a change has: write item or keys");
        self.wrong(ProblemRule::StateExpression, path, reason).line = Some(code.line);
        false
    }

    fn removed(&mut self, rule: &StateRule, key: &TableKey) -> Option<Data> {
        let Some(tree) = &rule.removed else {
            return self.data(&key.tree(rule.event_type.line), "state.removed");
        };
        let data = self.state_data(tree, "state.removed")?;
        let leaves: Vec<_> = tree.leaves("state.removed").into_iter().zip(data.references()).collect();
        let read =
            leaves.into_iter().map(|((path, code), references)| self.reads_key(references, key, code, &path));
        read.fold(true, |all, one| all & one).then_some(data)
    }

    /// An item that lacks an attribute could not be removed.
    fn reads_key(&mut self, references: &References, key: &TableKey, code: &Code, path: &str) -> bool {
        let is_state = |root: &str| STATE_ROOTS.contains(&root);
        let field = references.fields.iter().find(|(root, name)| is_state(root) && !key.has(name));
        let whole = references.whole.iter().find(|root| is_state(root));
        let Some(read) = field.map(|(root, name)| format!("{root}.{name}")).or(whole.cloned()) else {
            return true;
        };
        let reason = format!("reads {read}, but a removed item may lack it: write only key attributes");
        self.wrong(ProblemRule::StateExpression, path, reason).line = Some(code.line);
        false
    }

    fn table_key(&mut self, definition: &Definition) -> Option<TableKey> {
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

    fn key_subject(
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

/// An expression that is absent is fine, but not one that does not compile.
fn all_or_none(expression: Option<Option<Expression>>) -> Option<Option<Expression>> {
    match expression {
        Some(compiled) => compiled.map(Some),
        None => Some(None),
    }
}

/// The beginning of the sort keys of all items that `when` accepts.
fn beginning(when: &Expression, subject: &KeySubject) -> Option<KeyValue> {
    let sort = subject.sort().filter(|sort| sort.key_type == KeyType::S)?;
    let is_sort = |root: &str, name: &str| STATE_ROOTS.contains(&root) && name == sort.name;
    let text = when.beginning_of(is_sort)?.to_owned();
    Some(KeyValue { name: sort.name.clone(), key_type: sort.key_type, text })
}

fn attribute(attributes: &BTreeMap<String, KeyType>) -> Option<KeyAttribute> {
    let (name, key_type) = attributes.iter().next().filter(|_| attributes.len() == 1)?;
    Some(KeyAttribute { name: name.clone(), key_type: *key_type })
}

impl TableKey {
    fn attributes(&self) -> impl Iterator<Item = &KeyAttribute> {
        std::iter::once(&self.partition).chain(&self.sort)
    }

    fn has(&self, name: &str) -> bool {
        self.attributes().any(|attribute| attribute.name == name)
    }

    /// The data of a removed item: its key attributes.
    fn tree(&self, line: u64) -> Tree {
        let leaf = |name: &str| Tree::Leaf(Code { text: format!("keys[{}]", Json::from(name)), line });
        Tree::Map(
            self.attributes().map(|attribute| (attribute.name.clone(), leaf(&attribute.name))).collect(),
        )
    }
}
