//! The subjects that a token grants: the `grant` of each pipe file, filled with the claims of the token.
//!
//! # Layout
//! - `template`: a grant, filled with claims; `function`: what it does with them
//! - `parse`: reads a grant; `scanner`: takes tokens off its text

mod function;
mod parse;
mod scanner;
mod template;

use std::collections::BTreeSet;

use tablecast_protocol::subject::Pattern;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use crate::claims;
use crate::definition::Definition;
use crate::problem::{DefinitionFile, Problem, Rule};
use template::Template;

/// The grants of all pipes. A pipe without `grant` grants nothing.
#[derive(Debug)]
pub struct Grants(Vec<Template>);

/// The subjects to which one connection can subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    Everything,
    Within(Vec<Pattern>),
}

impl Grants {
    pub fn compile(pipes: &[DefinitionFile]) -> Result<Self, Vec<Problem>> {
        let mut templates = Vec::new();
        let mut problems = Vec::new();
        for file in pipes {
            match of_file(file) {
                Ok(mut more) => templates.append(&mut more),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Self(templates)) } else { Err(problems) }
    }

    /// `claims` is the JSON text of an object. A grant is left out if a claim is missing or cannot be one
    /// segment of a subject.
    pub fn to(&self, claims: &str) -> Result<Granted, Located> {
        let claims = claims::parse(claims)?;
        let filled = self.0.iter().filter_map(|template| template.fill(&claims).ok());
        Ok(Granted::Within(filled.filter_map(|text| Pattern::parse(&text).ok()).collect()))
    }
}

impl Granted {
    pub fn contains(&self, pattern: &Pattern) -> bool {
        match self {
            Self::Everything => true,
            Self::Within(patterns) => patterns.iter().any(|granted| granted.contains(pattern)),
        }
    }
}

/// An example for a grant: the pattern for claims with the values `my-<claim>`, and these claims. `None` if
/// the grant needs other values.
pub fn example(grant: &str) -> Option<(String, Vec<(String, String)>)> {
    let template = template(grant).ok()?;
    let names: BTreeSet<&str> = template.claims().collect();
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    let claims = names.into_iter().map(|name| (name.to_owned(), format!("my-{name}"))).collect::<Vec<_>>();
    let texts = claims.iter().map(|(name, text)| (name.as_str().into(), Value::String(text.as_str().into())));
    let value = Value::Map(texts.collect());
    let pattern = template.fill(&value).ok()?;
    let is_valid = Pattern::parse(&pattern).is_ok() && claims.iter().all(|(name, _)| name.chars().all(plain));
    is_valid.then_some((pattern, claims))
}

fn of_file(file: &DefinitionFile) -> Result<Vec<Template>, Problem> {
    let unreadable =
        |(line, reason): (Option<u64>, String)| Problem::new(Rule::PipeFile, &file.file, "", reason).at(line);
    let definition = Definition::parse(&file.text).map_err(unreadable)?;
    let grants = definition.grant.iter().flat_map(|grant| grant.iter());
    let compiled = grants.map(|grant| template(grant)).collect::<Result<_, _>>();
    compiled.map_err(|reason| Problem::new(Rule::Expression, &file.file, "grant", reason))
}

/// Checks a grant. The error has the reason why no claims can make it a pattern.
pub fn compile(grant: &str) -> Result<(), String> {
    template(grant).map(|_| ())
}

fn template(grant: &str) -> Result<Template, String> {
    let template = Template::parse(grant)?;
    Pattern::parse(&template.sample()).map_err(|error| error.to_string())?;
    Ok(template)
}

#[cfg(test)]
mod tests;
