use serde_json::{Value, json};

use super::*;

const ARN: &str = "arn:aws:execute-api:us-east-1:000000000000:local/local/$connect";

fn decision(statements: Value) -> Option<Decision> {
    let policy = json!({"Version": "2012-10-17", "Statement": statements});
    parse(json!({"principalId": "ada", "policyDocument": policy}))
}

fn parse(response: Value) -> Option<Decision> {
    Decision::parse(response.to_string().as_bytes(), ARN).ok()
}

fn statement(effect: &str, action: Value, resource: Value) -> Value {
    json!({"Effect": effect, "Action": action, "Resource": resource})
}

fn is_allowed(statements: Value) -> bool {
    matches!(decision(statements), Some(Decision::Allow(_)))
}

#[test]
fn an_allow_must_match_the_request() {
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
fn a_deny_overrides_an_allow() {
    let (allow, deny) =
        (statement("Allow", json!("*"), json!("*")), statement("Deny", json!(INVOKE), json!(ARN)));
    assert_eq!(decision(json!([allow, deny])), Some(Decision::ExplicitDeny));
    let other = statement("Deny", json!(INVOKE), json!("other"));
    assert!(is_allowed(json!([statement("Allow", json!("*"), json!("*")), other])));
}

#[test]
fn the_context_becomes_a_flat_map_of_strings() {
    let policy = json!({"Statement": statement("Allow", json!("*"), json!("*"))});
    let parsed = |context| parse(json!({"principalId": "ada", "policyDocument": policy, "context": context}));
    let expected = [("b", "true"), ("n", "1.5"), ("principalId", "ada"), ("s", "x")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let expected = Authorization(expected);
    assert_eq!(parsed(json!({"s": "x", "n": 1.5, "b": true})), Some(Decision::Allow(expected)));
    for nested in [json!({"a": {}}), json!({"a": []}), json!({"a": null}), json!([])] {
        assert_eq!(parsed(nested.clone()), None, "{nested}");
    }
}

#[test]
fn an_invalid_response_is_no_decision() {
    let allow = statement("Allow", json!("*"), json!("*"));
    assert_eq!(parse(json!({"policyDocument": {"Statement": allow}})), None);
    assert_eq!(parse(json!({"principalId": "ada"})), None);
    assert_eq!(parse(json!({"isAuthorized": true})), None);
    assert_eq!(decision(json!(statement("allow", json!("*"), json!("*")))), None);
    assert_eq!(decision(json!({"Effect": "Allow", "Action": "*"})), None);
    let mut conditional = allow;
    conditional["Condition"] = json!({});
    assert_eq!(decision(conditional), None);
}
