//! The response to API Gateway: an IAM policy, or an error.

use lambda_runtime::Diagnostic;
use serde::Serialize;
use tablecast_protocol::RefusedConnection;
use tablecast_tokens::Claims;

/// Largest response in bytes (API Gateway, "Authorizer result size": 8 KB).
pub const MAX_BYTES: usize = 8 * 1024;

/// The principal of refused clients. The access log of the Terraform module has no principal.
const REFUSED: &str = "refused";

/// Allows or denies this one request. With a Deny the client receives 403.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    principal_id: String,
    policy_document: Policy,
    #[serde(skip_serializing_if = "Option::is_none")]
    context: Option<Context>,
}

/// `requestContext.authorizer` for connect, subscribe and disconnect. API Gateway allows no nested values.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Context {
    Admitted {
        /// The JSON object that the issuer wrote.
        claims: String,
        /// Seconds since 1970.
        expires_at: String,
    },
    /// Without claims, no function grants anything.
    Refused { refusal: String },
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

impl Decision {
    pub fn allow(claims: Claims, method_arn: &str) -> Self {
        let Claims { principal, expires_at, text } = claims;
        let context = Context::Admitted { claims: text, expires_at: expires_at.to_string() };
        Self::opening(principal, method_arn, context)
    }

    /// Opens a connection that is good for nothing but the reason of its refusal.
    pub fn explain(refused: &RefusedConnection, method_arn: &str) -> Self {
        Self::opening(REFUSED.to_owned(), method_arn, Context::Refused { refusal: refused.text() })
    }

    pub fn deny(principal_id: String, method_arn: &str) -> Self {
        Self { principal_id, policy_document: Policy::new("Deny", method_arn), context: None }
    }

    fn opening(principal_id: String, method_arn: &str, context: Context) -> Self {
        Self { principal_id, policy_document: Policy::new("Allow", method_arn), context: Some(context) }
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

/// The client receives 401. API Gateway recognizes exactly this message.
pub fn unauthorized() -> Diagnostic {
    let message = "Unauthorized".to_owned();
    Diagnostic { error_type: message.clone(), error_message: message }
}

/// The client receives 500 and can retry with the same token.
pub fn unavailable() -> Diagnostic {
    let error_message = "the issuer's keys are unavailable".to_owned();
    Diagnostic { error_type: "Unavailable".to_owned(), error_message }
}
