use tablecast_values::located::Located;
use tablecast_values::value::Value;

use super::version::version;
use super::{DATA, REMOVED, State};
use crate::expression::{Scope, equal};
use crate::pipe::event::Content;
use crate::record::{Operation, Record};

/// The variables of an expression of `state`.
pub type Variables<'s> = [(&'static str, &'s Value<'s>); 2];

/// The item before and after the change of a record, where there is one.
pub fn images<'s>(record: &'s Record<'_>) -> [Option<Variables<'s>>; 2] {
    let variables = |item| [("item", item), ("keys", &record.keys)];
    let has_old = matches!(record.operation, Operation::Modify | Operation::Remove);
    let has_new = record.operation != Operation::Remove;
    [has_old.then(|| variables(&record.old)), has_new.then(|| variables(&record.new))]
}

impl State {
    /// Returns the event of a change, if the state is another one after it. An old item that cannot be evaluated is
    /// another one, because nobody knows what clients have of it.
    pub fn change<'s>(
        &'s self,
        old: Option<&'s Scope<'s>>,
        new: Option<&'s Scope<'s>>,
    ) -> Result<Option<Content<'s>>, Located> {
        if let Some(new) = new
            && let Some(set) = self.set(new)?
        {
            let is_same = old.is_some_and(|old| self.had(old, &set.data));
            return Ok((!is_same).then_some(set));
        }
        match old {
            Some(old) if self.holds(old).unwrap_or(true) => self.removal(old).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns the state of an item, if `when` holds.
    pub fn set<'s>(&'s self, item: &'s Scope<'s>) -> Result<Option<Content<'s>>, Located> {
        if !self.holds(item)? {
            return Ok(None);
        }
        let (data, version) = (self.data(item)?, self.version(item)?);
        Ok(Some(Content { event_type: &self.event_type, path: DATA, data, version }))
    }

    /// The version of an item that cannot be evaluated is unknown. That must not keep it alive.
    fn removal<'s>(&'s self, old: &'s Scope<'s>) -> Result<Content<'s>, Located> {
        let data = self.removed.evaluate(old).map_err(|error| below(REMOVED, error))?;
        let (data, version) = (data.unwrap_or(Value::Null), self.version(old).unwrap_or_default());
        Ok(Content { event_type: &self.removed_type, path: REMOVED, data, version })
    }

    fn had(&self, old: &Scope<'_>, data: &Value<'_>) -> bool {
        matches!(self.set(old), Ok(Some(before)) if equal(&before.data, data))
    }

    fn holds<'s>(&'s self, item: &'s Scope<'s>) -> Result<bool, Located> {
        let holds = self.when.as_ref().map_or(Ok(true), |when| when.holds(item));
        holds.map_err(|reason| Located::new("state.when", reason))
    }

    fn data<'s>(&'s self, item: &'s Scope<'s>) -> Result<Value<'s>, Located> {
        let data = self.data.evaluate(item).map_err(|error| below(DATA, error))?;
        Ok(data.unwrap_or(Value::Null))
    }

    fn version<'s>(&'s self, item: &'s Scope<'s>) -> Result<Option<String>, Located> {
        let Some(expression) = &self.version else { return Ok(None) };
        let value = expression.evaluate(item).and_then(|value| value.as_ref().map(version).transpose());
        value.map_err(|reason| Located::new("state.version", reason))
    }
}

fn below(path: &str, error: Located) -> Located {
    Located::new(format!("{path}{}", error.path), error.reason)
}
