//! A grant as a template: texts and claims, joined by `+`. It is a subset of CEL that needs no interpreter
//! (docs/adr/0019). A claim fills one segment of a subject or a part of one, so that no token reaches the
//! subjects of another tenant.

use std::borrow::Cow;
use std::fmt;

use tablecast_values::value::Value;

use super::function::Function;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub(super) Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Claim(Claim),
}

/// A path into the claims and what is done with the value: `claims.email.split("@")[1]`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Claim {
    pub fields: Vec<String>,
    pub functions: Vec<Function>,
    /// Has an optional step, such as `.?tenant`.
    pub optional: bool,
}

impl Template {
    /// The pattern for these claims, or why they grant nothing.
    pub fn fill(&self, claims: &Value<'_>) -> Result<String, String> {
        let mut pattern = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => pattern.push_str(text),
                Part::Claim(claim) => pattern.push_str(&claim.segment(claims)?),
            }
        }
        Ok(pattern)
    }

    /// The pattern if every claim is `x`.
    pub fn sample(&self) -> String {
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Claim(_) => "x".to_owned(),
        };
        self.0.iter().map(text).collect()
    }

    /// The top-level claims that it reads.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Claim(claim) => claim.fields.first().map(String::as_str),
            Part::Text(_) => None,
        })
    }
}

impl Claim {
    fn segment(&self, claims: &Value<'_>) -> Result<String, String> {
        let value = self.value(claims)?;
        let segment = match value.as_ref() {
            Value::String(segment) | Value::Number(segment) => segment.as_ref(),
            Value::Bool(true) => "true",
            Value::Bool(false) => "false",
            _ => return Err(format!("{self} is neither text nor a number")),
        };
        match segment.is_empty() || segment.contains(['/', '*']) {
            true => Err(format!("{self} is empty or holds / or *, which would change the subject")),
            false => Ok(segment.to_owned()),
        }
    }

    fn value<'v>(&self, claims: &'v Value<'v>) -> Result<Cow<'v, Value<'v>>, String> {
        let mut value = claims;
        for field in &self.fields {
            value = value.get(field).ok_or_else(|| format!("there is no {field} in the claims"))?;
        }
        let mut value = Cow::Borrowed(value);
        for function in &self.functions {
            value = Cow::Owned(
                function.apply(&value).ok_or_else(|| format!("{self}: {function} gives nothing"))?,
            );
        }
        Ok(value)
    }
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

impl fmt::Display for Claim {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "claims.{}", self.fields.join("."))
    }
}
