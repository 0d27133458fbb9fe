//! The response of an authorizer: an IAM policy, and the context for functions.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::authorization::Authorization;

const INVOKE: &str = "execute-api:Invoke";

#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    Allow(Authorization),
    ExplicitDeny,
    /// No statement matches this request.
    ImplicitDeny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizerResponse {
    principal_id: String,
    policy_document: Policy,
    context: Option<BTreeMap<String, Scalar>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    statement: OneOrMany<Statement>,
}

/// Unknown members are errors, because the gateway must not ignore a condition.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Statement {
    #[serde(rename = "Sid")]
    _sid: Option<String>,
    effect: Effect,
    action: OneOrMany<String>,
    resource: OneOrMany<String>,
}

#[derive(Deserialize, PartialEq, Eq)]
enum Effect {
    Allow,
    Deny,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// API Gateway accepts no lists and objects.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(serde_json::Number),
    Bool(bool),
}

impl Decision {
    /// Evaluates like IAM: a Deny overrides an Allow, and without either there is no permission.
    pub fn parse(response: &[u8], method_arn: &str) -> Result<Self, serde_json::Error> {
        let response: AuthorizerResponse = serde_json::from_slice(response)?;
        let statements = response.policy_document.statement.as_slice().iter();
        let matching = statements.filter(|statement| statement.matches(method_arn));
        let effects: Vec<_> = matching.map(|statement| &statement.effect).collect();
        Ok(match effects.as_slice() {
            effects if effects.contains(&&Effect::Deny) => Self::ExplicitDeny,
            [] => Self::ImplicitDeny,
            _ => Self::Allow(authorization(response.principal_id, response.context)),
        })
    }
}

fn authorization(principal_id: String, context: Option<BTreeMap<String, Scalar>>) -> Authorization {
    let context = context.into_iter().flatten().map(|(name, value)| (name, value.into_text()));
    Authorization(context.chain([("principalId".to_owned(), principal_id)]).collect())
}

impl Statement {
    fn matches(&self, method_arn: &str) -> bool {
        let action = self.action.as_slice().iter();
        let mut resources = self.resource.as_slice().iter();
        action
            .map(|action| action.to_ascii_lowercase())
            .any(|action| matches(&action, &INVOKE.to_ascii_lowercase()))
            && resources.any(|resource| matches(resource, method_arn))
    }
}

/// `*` matches any text, and `?` any character.
fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = text.chars();
    match pattern.chars().next() {
        None => text.is_empty(),
        Some('*') => {
            let pattern = &pattern[1..];
            text.char_indices().any(|(at, _)| matches(pattern, &text[at..])) || matches(pattern, "")
        }
        Some(wanted) => {
            rest.next().is_some_and(|found| wanted == '?' || wanted == found)
                && matches(&pattern[wanted.len_utf8()..], rest.as_str())
        }
    }
}

impl<T> OneOrMany<T> {
    fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl Scalar {
    fn into_text(self) -> String {
        match self {
            Self::Text(text) => text,
            Self::Number(number) => number.to_string(),
            Self::Bool(value) => value.to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
