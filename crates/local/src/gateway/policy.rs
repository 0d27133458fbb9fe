//! The answer of an authorizer: an IAM policy about one request, and what functions are to know of the client.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::authorizer::Authorization;

const INVOKE: &str = "execute-api:Invoke";

#[derive(Debug, PartialEq, Eq)]
pub enum Decision {
    Allow(Permit),
    ExplicitDeny,
    /// No statement is about this request.
    ImplicitDeny,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Permit {
    pub authorization: Authorization,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    principal_id: String,
    policy_document: Policy,
    context: Option<BTreeMap<String, Scalar>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    statement: OneOrMany<Statement>,
}

/// A condition is not understood here, and must not be passed over.
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

/// API Gateway takes no lists and objects.
#[derive(Deserialize)]
#[serde(untagged)]
enum Scalar {
    Text(String),
    Number(serde_json::Number),
    Truth(bool),
}

impl Decision {
    /// As IAM evaluates: a Deny counts for more than an Allow, and without either there is no permission.
    pub fn read(answer: &[u8], method_arn: &str) -> Result<Self, serde_json::Error> {
        let answer: Answer = serde_json::from_slice(answer)?;
        let statements = answer.policy_document.statement.as_slice().iter();
        let about_this = statements.filter(|statement| statement.is_about(method_arn));
        let effects: Vec<_> = about_this.map(|statement| &statement.effect).collect();
        Ok(match effects.as_slice() {
            effects if effects.contains(&&Effect::Deny) => Self::ExplicitDeny,
            [] => Self::ImplicitDeny,
            _ => Self::Allow(Permit { authorization: authorization(answer.principal_id, answer.context) }),
        })
    }
}

fn authorization(principal_id: String, context: Option<BTreeMap<String, Scalar>>) -> Authorization {
    let context = context.into_iter().flatten().map(|(name, value)| (name, value.into_text()));
    Authorization(context.chain([("principalId".to_owned(), principal_id)]).collect())
}

impl Statement {
    fn is_about(&self, method_arn: &str) -> bool {
        let action = self.action.as_slice().iter();
        let mut resources = self.resource.as_slice().iter();
        action
            .map(|action| action.to_ascii_lowercase())
            .any(|action| matches(&action, &INVOKE.to_ascii_lowercase()))
            && resources.any(|resource| matches(resource, method_arn))
    }
}

/// `*` is any text, `?` any one character.
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
            Self::Truth(truth) => truth.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const ARN: &str = "arn:aws:execute-api:us-east-1:000000000000:local/local/$connect";

    fn decision(statements: Value) -> Option<Decision> {
        let policy = json!({"Version": "2012-10-17", "Statement": statements});
        read(json!({"principalId": "ada", "policyDocument": policy}))
    }

    fn read(answer: Value) -> Option<Decision> {
        Decision::read(answer.to_string().as_bytes(), ARN).ok()
    }

    fn statement(effect: &str, action: Value, resource: Value) -> Value {
        json!({"Effect": effect, "Action": action, "Resource": resource})
    }

    fn is_allowed(statements: Value) -> bool {
        matches!(decision(statements), Some(Decision::Allow(_)))
    }

    #[test]
    fn an_allow_must_be_about_this_request() {
        for (action, resource) in [
            (json!(INVOKE), json!(ARN)),
            (json!("EXECUTE-API:*"), json!("*")),
            (json!(["a:b", "*"]), json!(["x", "arn:aws:execute-api:*:*:local/*"])),
            (json!(INVOKE), json!("arn:aws:execute-api:us-east-1:00000000000?:local/local/$connect")),
        ] {
            assert!(
                is_allowed(json!(statement("Allow", action.clone(), resource.clone()))),
                "{action} {resource}"
            );
        }
        for (action, resource) in [
            (json!("execute-api:ManageConnections"), json!("*")),
            (json!(INVOKE), json!("arn:aws:execute-api:us-east-1:000000000000:other/local/$connect")),
            (json!(INVOKE), json!("arn:aws:execute-api:us-east-1:000000000000:local/local")),
            (json!(INVOKE), json!([])),
        ] {
            let decision = decision(json!([statement("Allow", action, resource)]));
            assert_eq!(decision, Some(Decision::ImplicitDeny));
        }
    }

    #[test]
    fn a_deny_counts_for_more_than_an_allow() {
        let (allow, deny) =
            (statement("Allow", json!("*"), json!("*")), statement("Deny", json!(INVOKE), json!(ARN)));
        assert_eq!(decision(json!([allow, deny])), Some(Decision::ExplicitDeny));
        let other = statement("Deny", json!(INVOKE), json!("other"));
        assert!(is_allowed(json!([statement("Allow", json!("*"), json!("*")), other])));
    }

    #[test]
    fn the_context_becomes_a_flat_map_of_texts() {
        let policy = json!({"Statement": statement("Allow", json!("*"), json!("*"))});
        let answer =
            |context| read(json!({"principalId": "ada", "policyDocument": policy, "context": context}));
        let expected = [("b", "true"), ("n", "1.5"), ("principalId", "ada"), ("s", "x")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let permit = Permit { authorization: Authorization(expected) };
        assert_eq!(answer(json!({"s": "x", "n": 1.5, "b": true})), Some(Decision::Allow(permit)));
        for nested in [json!({"a": {}}), json!({"a": []}), json!({"a": null}), json!([])] {
            assert_eq!(answer(nested.clone()), None, "{nested}");
        }
    }

    #[test]
    fn what_is_no_answer_decides_nothing() {
        let allow = statement("Allow", json!("*"), json!("*"));
        assert_eq!(read(json!({"policyDocument": {"Statement": allow}})), None);
        assert_eq!(read(json!({"principalId": "ada"})), None);
        assert_eq!(read(json!({"isAuthorized": true})), None);
        assert_eq!(decision(json!(statement("allow", json!("*"), json!("*")))), None);
        assert_eq!(decision(json!({"Effect": "Allow", "Action": "*"})), None);
        let mut conditional = allow;
        conditional["Condition"] = json!({});
        assert_eq!(decision(conditional), None);
    }
}
