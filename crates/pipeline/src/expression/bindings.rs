//! The values that names stand for while a plain expression is evaluated.

use std::borrow::Cow;

use tablecast_values::value::Value;

use super::Scope;
use super::budget::Budget;

/// The plain rules do not decide this case: the interpreter must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Undecided;

/// `None` for an empty optional.
pub type Evaluated<'s> = Result<Option<Cow<'s, Value<'s>>>, Undecided>;

/// The variables of a scope, and those that comprehensions bind.
pub struct Bindings<'p, 's> {
    pub scope: &'s Scope<'s>,
    pub budget: &'p Budget,
    /// The innermost variable of a comprehension, its value, and the bindings around it.
    pub local: Option<(&'p str, &'s Value<'s>, &'p Bindings<'p, 's>)>,
}

impl<'s> Bindings<'_, 's> {
    pub fn get(&self, name: &str) -> Option<&'s Value<'s>> {
        match self.local {
            Some((local, value, _)) if local == name => Some(value),
            Some((_, _, outer)) => outer.get(name),
            None => self.scope.get(name),
        }
    }
}
