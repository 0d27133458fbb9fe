//! The subjects that a token grants: the `grant` of each pipe file, filled with the claims of the token.
//!
//! # Layout
//! - `template`: a grant, filled with claims; `claim`: one of its claims; `function`: what it does with it
//! - `unfilled`: why a grant gives nothing
//! - `parse`: reads a grant; `scanner`: takes tokens off its text

mod claim;
mod function;
mod parse;
mod scanner;
mod template;
mod unfilled;

use std::collections::BTreeSet;

use tablecast_protocol::subject::Pattern;
use tablecast_values::located::Located;
use tablecast_values::value::Value;

use crate::claims;
use crate::definition::Definition;
use crate::problem::{DefinitionFile, Problem, Rule};
use template::{Filled, Template};

pub use unfilled::{Unfilled, list};

/// The grants of all pipes. A pipe without `grant` grants nothing.
#[derive(Debug)]
pub struct Grants(Vec<Grant>);

#[derive(Debug)]
struct Grant {
    pipe: String,
    template: Template,
}

/// The subjects to which one connection can subscribe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Granted {
    Everything,
    Within(Vec<Pattern>),
}

impl Grants {
    pub fn compile(pipes: &[DefinitionFile]) -> Result<Self, Vec<Problem>> {
        let mut grants = Vec::new();
        let mut problems = Vec::new();
        for file in pipes {
            match of_file(file) {
                Ok(mut more) => grants.append(&mut more),
                Err(problem) => problems.push(problem),
            }
        }
        if problems.is_empty() { Ok(Self(grants)) } else { Err(problems) }
    }

    /// `claims` is the JSON text of an object. A grant is left out if a claim is missing or cannot be one
    /// segment of a subject.
    pub fn to(&self, claims: &str) -> Result<Granted, Located> {
        let claims = claims::parse(claims)?;
        Ok(Granted::Within(self.fill(&claims).flat_map(|(_, filled)| filled.patterns).collect()))
    }

    /// The grants that give nothing for these claims, or less than they could. Claims that cannot be read have
    /// their own error.
    pub fn unfilled(&self, claims: &str) -> Vec<Unfilled> {
        let Ok(claims) = claims::parse(claims) else { return Vec::new() };
        let reasons = self.fill(&claims).filter_map(|(pipe, filled)| Some((pipe, filled.reason?)));
        let mut unfilled: Vec<_> =
            reasons.map(|(pipe, reason)| Unfilled { pipe: pipe.to_owned(), reason }).collect();
        unfilled.dedup();
        unfilled
    }

    fn fill<'g>(&'g self, claims: &'g Value<'g>) -> impl Iterator<Item = (&'g str, Filled)> {
        self.0.iter().map(|grant| (grant.pipe.as_str(), grant.template.fill(claims)))
    }
}

impl Granted {
    pub fn contains(&self, pattern: &Pattern) -> bool {
        match self {
            Self::Everything => true,
            Self::Within(patterns) => patterns.iter().any(|granted| granted.contains(pattern)),
        }
    }

    /// Returns whether no pattern is granted.
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Within(patterns) if patterns.is_empty())
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
    let pattern = template.fill(&value).patterns.first()?.to_string();
    claims.iter().all(|(name, _)| name.chars().all(plain)).then_some((pattern, claims))
}

/// The number of segments before the last one if that is `*`: every pattern of the grant has them. `None` for a grant
/// of single subjects, and for a mistake.
pub fn segments_before_star(grant: &str) -> Option<usize> {
    Some(template(grant).ok()?.sample().strip_suffix('*')?.matches('/').count())
}

fn of_file(file: &DefinitionFile) -> Result<Vec<Grant>, Problem> {
    let unreadable =
        |(line, reason): (Option<u64>, String)| Problem::new(Rule::PipeFile, &file.file, "", reason).at(line);
    let definition = Definition::parse(&file.text).map_err(unreadable)?;
    let grants = definition.grant.iter().flat_map(|grant| grant.iter());
    let grant = |template| Grant { pipe: file.name.clone(), template };
    let compiled = grants.map(|text| template(text).map(grant)).collect::<Result<_, _>>();
    compiled.map_err(|reason| Problem::new(Rule::Expression, &file.file, "grant", reason))
}

/// Checks a grant. The error has the reason why no claims can make it a pattern.
pub fn compile(grant: &str) -> Result<(), String> {
    template(grant).map(|_| ())
}

fn template(grant: &str) -> Result<Template, String> {
    let template = Template::parse(grant)?;
    Pattern::parse(&template.sample()).map_err(|error| error.to_string())?;
    match template.claims_of_one_segment() {
        Some((first, second)) => Err(format!(
            "has {first} and {second} in one segment, so that tokens of two tenants can give the same subject: put \
             a / between them, here and in subject, or use one of them"
        )),
        None => Ok(template),
    }
}

#[cfg(test)]
mod tests;
