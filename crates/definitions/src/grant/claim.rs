use std::borrow::Cow;
use std::fmt;

use tablecast_values::value::Value;

use super::function::Function;

/// The most elements of a list in a grant. Entra ID puts 200 groups into a token, Cognito 100.
pub const MAX_ELEMENTS: usize = 200;

/// A path into the claims and what is done with the value: `claims.email.split("@")[1]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    pub fields: Vec<String>,
    pub functions: Vec<Function>,
    /// Has an optional step, such as `.?tenant`.
    pub optional: bool,
}

/// The segments of a pattern that a claim gives.
#[derive(Debug)]
pub enum Segments {
    One(String),
    /// One for each element of a list; `None` for an element that cannot be a segment. Never empty.
    Several(Vec<Option<String>>),
}

impl Segments {
    pub fn count(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Several(elements) => elements.len(),
        }
    }

    /// The segment for one element of the list.
    pub fn get(&self, at: usize) -> Option<&str> {
        match self {
            Self::One(text) => Some(text),
            Self::Several(elements) => elements.get(at)?.as_deref(),
        }
    }
}

impl Claim {
    /// The segments for these claims, or why there are none.
    pub fn segments(&self, claims: &Value<'_>) -> Result<Segments, String> {
        match (self.found(claims)?, self.functions.first()) {
            (Value::List(elements), Some(function)) if !matches!(function, Function::Element(_)) => {
                self.several(elements, |element| self.apply(element).ok().as_deref().and_then(segment))
            }
            (value, _) => match self.apply(value)?.as_ref() {
                Value::List(elements) => self.several(elements, segment),
                value => segment(value).map(Segments::One).ok_or_else(|| self.unusable(value)),
            },
        }
    }

    fn several(
        &self,
        elements: &[Value<'_>],
        segment: impl Fn(&Value<'_>) -> Option<String>,
    ) -> Result<Segments, String> {
        match elements.len() {
            0 => Err(format!("{self} is an empty list")),
            1..=MAX_ELEMENTS => Ok(Segments::Several(elements.iter().map(segment).collect())),
            _ => Err(format!("{self} has more than {MAX_ELEMENTS} elements")),
        }
    }

    fn found<'v>(&self, claims: &'v Value<'v>) -> Result<&'v Value<'v>, String> {
        let mut fields = self.fields.iter();
        fields.try_fold(claims, |value, field| value.get(field)).ok_or_else(|| format!("{self} is absent"))
    }

    fn apply<'v>(&self, value: &'v Value<'v>) -> Result<Cow<'v, Value<'v>>, String> {
        let mut value = Cow::Borrowed(value);
        for function in &self.functions {
            let result = function.apply(&value);
            value = Cow::Owned(result.ok_or_else(|| format!("{self}: {function} gives nothing"))?);
        }
        Ok(value)
    }

    fn unusable(&self, value: &Value<'_>) -> String {
        match value {
            Value::String(_) => format!("{self} is empty or contains / or *, which would change the subject"),
            _ => format!("{self} is not a text, a number, a boolean or a list of them"),
        }
    }
}

fn segment(value: &Value<'_>) -> Option<String> {
    let text = match value {
        Value::String(text) | Value::Number(text) => text.as_ref(),
        Value::Bool(true) => "true",
        Value::Bool(false) => "false",
        _ => return None,
    };
    (!text.is_empty() && !text.contains(['/', '*'])).then(|| text.to_owned())
}

impl Claim {
    /// Adds a function. CEL has no function of an optional value.
    pub fn call(&mut self, function: Function) -> Result<(), String> {
        match self.optional {
            true => Err(format!("an optional claim has no function: leave out the ? of {self}")),
            false => {
                self.functions.push(function);
                Ok(())
            }
        }
    }

    /// Adds an index: of the parts of a text after `split`, and of a list otherwise.
    pub fn element(&mut self, at: usize) {
        let is_part = matches!(self.functions.last(), Some(Function::Split(_)));
        self.functions.push(if is_part { Function::Part(at) } else { Function::Element(at) });
    }

    pub fn field(&mut self, name: &str) -> Result<(), String> {
        match self.functions.is_empty() {
            true => {
                self.fields.push(name.to_owned());
                Ok(())
            }
            false => Err(format!("{name} comes after a function or an index: name the claim first")),
        }
    }
}

/// As it is written: `claims.tenant`, `claims["custom:tenant"]`.
impl fmt::Display for Claim {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_name =
            |field: &str| field.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
        out.write_str("claims")?;
        self.fields.iter().try_for_each(|field| match is_name(field) {
            true => write!(out, ".{field}"),
            false => write!(out, "[{field:?}]"),
        })
    }
}
