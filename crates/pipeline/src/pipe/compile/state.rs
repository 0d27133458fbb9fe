//! Compiles `state`, and refuses what would make a snapshot differ from the events.
//!
//! # Layout
//! - `expressions`: the variables that expressions of `state` can read
//! - `table_key`: the key of the table, and subjects that are made of it

mod expressions;
mod table_key;

use tablecast_definitions::definition::{Code, Definition, KeyType, StateRule};
use tablecast_definitions::problem::Rule as ProblemRule;
use tablecast_protocol::event_type::{self, MAX_STATE_BYTES};

use super::FileCompiler;
use super::filter::passes_every_record;
use crate::expression::Expression;
use crate::pipe::state::{KeySubject, KeyValue, State};
use crate::template::Template;

/// The variables of an expression of `state`. The others are about a change.
const STATE_ROOTS: [&str; 2] = ["item", "keys"];

impl FileCompiler<'_> {
    /// Returns nothing if there is no state, or a problem with it.
    pub fn state(&mut self, definition: &Definition, subject: Option<&Template>) -> Option<State> {
        let rule = definition.state.as_ref()?;
        self.state_filter(definition);
        let removed_type = self.state_types(rule, definition);
        let when = rule.when.as_ref().map(|code| self.state_condition(code));
        let version = rule.version.as_ref().map(|code| self.state_version(code));
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
        match &removed {
            Some(removed) if code.text.len() <= MAX_STATE_BYTES => {
                self.schema_of(removed, code.line, "state.type", ", the type of the event of a removed item");
            }
            Some(removed) => self.too_long(code, removed),
            None => {}
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

    /// A schema of the removed type would be refused, whatever is in it.
    fn too_long(&mut self, code: &Code, removed: &str) {
        let reason = format!(
            "has {} bytes, and the type of a state has at most {MAX_STATE_BYTES}: the type of its removed items, {removed}, \
             is longer than an event type",
            code.text.len()
        );
        self.wrong(ProblemRule::StateTypeLength, "state.type", reason).line = Some(code.line);
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
