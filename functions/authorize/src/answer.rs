//! What API Gateway is told.

use lambda_runtime::Diagnostic;
use serde::Serialize;
use tablecast_tokens::Claims;

/// Largest answer, in bytes (API Gateway, "Authorizer result size": 8 KB).
pub const MAX_BYTES: usize = 8 * 1024;

/// Allow or Deny for this one request. With Deny the client gets 403.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Answer {
    principal_id: String,
    policy_document: Policy,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
}

/// What connect, subscribe and disconnect get as `requestContext.authorizer`: API Gateway takes no nested values.
#[derive(Debug, Serialize)]
struct Context {
    /// JSON, as the issuer wrote it.
    claims: String,
    /// Seconds since 1970.
    expires_at: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    version: &'static str,
    statement: [Statement; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    action: &'static str,
    effect: &'static str,
    resource: String,
}

impl Answer {
    pub fn allow(claims: Claims, method_arn: &str) -> Self {
        let Claims { subject, expires_at, text } = claims;
        let context = Context { claims: text, expires_at: expires_at.to_string() };
        Self {
            principal_id: subject,
            policy_document: Policy::new("Allow", method_arn),
            context: Some(context),
        }
    }

    pub fn deny(principal_id: String, method_arn: &str) -> Self {
        Self { principal_id, policy_document: Policy::new("Deny", method_arn), context: None }
    }

    pub fn bytes(&self) -> usize {
        serde_json::to_vec(self).map_or(usize::MAX, |json| json.len())
    }
}

impl Policy {
    fn new(effect: &'static str, method_arn: &str) -> Self {
        let statement = Statement { action: "execute-api:Invoke", effect, resource: method_arn.to_owned() };
        Self { version: "2012-10-17", statement: [statement] }
    }
}

/// The client gets 401: API Gateway knows this one message.
pub fn unauthorized() -> Diagnostic {
    let message = "Unauthorized".to_owned();
    Diagnostic { error_type: message.clone(), error_message: message }
}

/// The client gets 500: it is to try again with the same token.
pub fn unavailable() -> Diagnostic {
    let error_message = "no token can be verified now".to_owned();
    Diagnostic { error_type: "Unavailable".to_owned(), error_message }
}
