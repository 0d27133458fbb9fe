//! Expressions of pipe files in CEL (Common Expression Language), compiled once.
//!
//! Most expressions are plain and need no interpreter. Limits keep a mistake from stopping the process: 2,000
//! characters, 64 levels, two nested comprehensions, and a limit on their elements.
//!
//! # Layout
//! - `compile`: parses and checks an expression; `syntax`: walks its tree; `extensions`: operators that
//!   replace CEL's; `standard`: functions as the CEL specification has them
//! - `mistake`: why an expression does not parse; `tokens`: splits its text; `names`: suggests names;
//!   `namespaces`: names that are no variables
//! - `plain`: evaluates plain expressions; `path`: paths such as `new.address.city`; `bindings`: what names
//!   stand for
//! - `budget`, `built`: limits on the bytes of the result, and of the values that the interpreter builds
//! - `adapter`: converts values to CEL's and back; `image`: a map that converts lazily; `decimal`: exact
//!   numbers; `equality`: comparisons of values
//! - `members`: the members of `keys` and `record`
//! - `shape`, `known`: what is known of a value in advance; `beginning`: of the texts that a condition accepts
//! - `calls`: calls that fail for every record; `json`: values that have no JSON form
//! - `explain`: error texts; `optional`: optional values where only a value makes sense

mod adapter;
mod beginning;
mod bindings;
mod budget;
mod built;
mod calls;
mod compile;
mod decimal;
mod equality;
mod explain;
mod extensions;
mod image;
mod json;
mod known;
mod members;
mod mistake;
mod names;
mod namespaces;
mod optional;
mod path;
mod plain;
mod shape;
mod standard;
mod syntax;
mod tokens;

use std::fmt;
use std::sync::Arc;

use cel::common::ast::Expr;
use cel::common::value::CowVal;
use cel::parser::Expression as Syntax;
use cel::{Context, Env};
use tablecast_values::value::Value;

use bindings::Undecided;
use members::Members;
use plain::Plain;

pub use budget::Budget;
pub use compile::Language;
pub use decimal::{compare as compare_numbers, is_integer, is_stored_number, normal_text};
pub use path::literal;
pub use plain::equal;
pub use shape::Shape;
pub use syntax::References;

/// A compiled expression.
pub struct Expression {
    /// Present if the expression is plain; evaluated first.
    plain: Option<Box<Plain>>,
    syntax: Box<Syntax>,
    language: Arc<Env>,
    members: Arc<Members>,
    /// Why its value has no JSON form, if it never has.
    no_json: Option<String>,
    pub references: References,
}

/// The variables of an expression: `operation`, `keys`, `old`, `new`, `item`, `record`.
pub struct Scope<'s>(pub &'s [(&'static str, &'s Value<'s>)]);

impl Expression {
    /// Returns the value, or `None` for an empty optional (`new.?nickname`).
    pub fn evaluate<'s>(&'s self, scope: &'s Scope<'s>) -> Result<Option<Value<'s>>, String> {
        self.evaluate_within(scope, &Budget::default())
    }

    /// Returns the value, if the budget has its bytes.
    pub fn evaluate_within<'s>(
        &'s self,
        scope: &'s Scope<'s>,
        budget: &Budget,
    ) -> Result<Option<Value<'s>>, String> {
        let left = budget.left();
        match self.plain.as_ref().map(|plain| plain.evaluate(scope, budget)) {
            Some(Ok(value)) => Ok(value),
            Some(Err(Undecided)) | None => {
                budget.reset(left);
                self.interpret(scope, budget)
            }
        }
    }

    /// Returns what is known of the value without a record.
    pub fn shape(&self) -> Shape {
        match (&self.plain, &self.syntax.expr) {
            (Some(plain), _) => plain.shape(&self.members),
            (None, Expr::List(_)) => Shape::List(Box::new(Shape::Unknown)),
            _ => Shape::Unknown,
        }
    }

    /// Returns why the value has no JSON form, if it never has.
    pub fn no_json(&self) -> Option<&str> {
        self.no_json.as_deref()
    }

    /// The first attribute of a variable that must be there for an operation. None if it asks for one with `has()`.
    pub fn required_of(&self, root: &str, operation: &str) -> Option<&str> {
        let known = known::Known { name: "operation", text: operation };
        let asks = syntax::asks_for(&self.syntax, root);
        known::required(&self.syntax, root, known).filter(|_| !asks)
    }

    /// The variable and the attribute, if the expression is an attribute or its text: `item.total` or
    /// `string(item.total)`.
    pub fn attribute(&self) -> Option<(&str, &str)> {
        match self.plain.as_deref() {
            Some(Plain::Path(path)) => path.attribute(),
            _ => None,
        }
    }

    /// The text with which an attribute begins wherever this condition holds. The attribute is given by its variable
    /// and name.
    pub fn beginning_of(&self, is_attribute: impl Fn(&str, &str) -> bool) -> Option<&str> {
        beginning::beginning_of(&self.syntax, &is_attribute)
    }

    /// Returns whether a condition holds for every record in which a variable is this text. `None` if it depends on
    /// something else.
    pub fn truth_for(&self, name: &str, text: &str) -> Option<bool> {
        known::truth(&self.syntax, known::Known { name, text })
    }

    fn interpret(&self, scope: &Scope<'_>, budget: &Budget) -> Result<Option<Value<'static>>, String> {
        self.resolve(scope, |value| adapter::read(value, budget))
    }

    fn resolve<T>(
        &self,
        scope: &Scope<'_>,
        read: impl FnOnce(&CowVal<'_, '_>) -> Result<T, String>,
    ) -> Result<T, String> {
        built::begin();
        let mut context = Context::with_env(self.language.clone());
        context.set_variable_resolver(scope);
        let value = cel::Value::resolve_val(&self.syntax, &context);
        read(&value.map_err(|error| explain::explain(&error, &self.syntax))?)
    }

    /// Returns whether a condition holds.
    pub fn holds<'s>(&'s self, scope: &'s Scope<'s>) -> Result<bool, String> {
        match self.evaluate(scope)? {
            Some(Value::Bool(value)) => Ok(value),
            _ => Err("is neither true nor false: write a comparison or has()".to_owned()),
        }
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.syntax.fmt(out)
    }
}

#[cfg(test)]
mod tests;
