//! Issues tokens of the development issuer to the page, with any subject and claims.
//!
//! Only the page gets tokens. An earlier check of `Host` prevents DNS rebinding. The `Origin`, which no page
//! can choose, must be the page's own. No other page can read the response, because it allows no other
//! origin. Programs on this machine can imitate the page. They can read and write the tables, too.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tablecast_definitions::grant::{Granted, Grants};
use tablecast_tokens::development::Issuer;

use crate::current::Current;
use crate::issuer::RESERVED;

/// Longer than a connection, which lasts at most two hours. The page gets a new token for each connection.
const LIFETIME_SECONDS: u64 = 3 * 3600;

/// Issues tokens, and evaluates the grants of the pipes for them.
pub struct TokenEndpoint {
    issuer: Arc<Issuer>,
    /// By the name of the pipe.
    grants: BTreeMap<String, Arc<Grants>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    subject: String,
    #[serde(default)]
    claims: Map<String, Value>,
}

type RequestError = (StatusCode, String);

impl TokenEndpoint {
    pub fn new(issuer: impl Into<Arc<Issuer>>, grants: BTreeMap<String, Arc<Grants>>) -> Self {
        Self { issuer: issuer.into(), grants }
    }

    /// Returns a token, and the patterns that each pipe grants to its bearer.
    fn issue(&self, body: &[u8], now: u64) -> Result<Value, RequestError> {
        let request: TokenRequest = serde_json::from_slice(body).map_err(|error| bad(&error.to_string()))?;
        if let Some(name) = RESERVED.iter().find(|name| request.claims.contains_key(**name)) {
            return Err(bad(&format!("the claim {name} cannot be set here; set `sub` with the subject")));
        }
        let own = [("sub", Value::from(request.subject)), ("exp", Value::from(now + LIFETIME_SECONDS))];
        let mut claims = request.claims;
        claims.extend(own.map(|(name, value)| (name.to_owned(), value)));
        let granted = self.granted(&Value::from(claims.clone()).to_string());
        let token = self.issuer.token(claims, now).map_err(|error| bad(&error.to_string()))?;
        Ok(json!({"token": token, "granted": granted}))
    }

    fn granted(&self, claims: &str) -> BTreeMap<&str, Vec<String>> {
        self.grants.iter().map(|(pipe, grants)| (pipe.as_str(), patterns(grants, claims))).collect()
    }
}

fn patterns(grants: &Grants, claims: &str) -> Vec<String> {
    match grants.to(claims) {
        Ok(Granted::Within(patterns)) => patterns.iter().map(|pattern| pattern.as_str().to_owned()).collect(),
        _ => Vec::new(),
    }
}

pub async fn respond(
    State(endpoint): State<Current<Option<TokenEndpoint>>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let endpoint = endpoint.get();
    let Some(endpoint) = endpoint.as_ref() else {
        return (StatusCode::NOT_FOUND, "clients need no tokens here (--auth none)\n").into_response();
    };
    match check_origin(&headers).and_then(|()| endpoint.issue(&body, now())) {
        Ok(response) => {
            let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
            (headers, response.to_string()).into_response()
        }
        Err((status, reason)) => (status, reason + "\n").into_response(),
    }
}

/// Accepts only the page. The content type excludes forms of other sites: a browser sends JSON only after a
/// preflight request, which the local mode never allows.
fn check_origin(headers: &HeaderMap) -> Result<(), RequestError> {
    let only = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    };
    let own = only(HOST).map(|host| format!("http://{host}"));
    if own.is_none() || only(ORIGIN).map(str::to_owned) != own {
        return Err((StatusCode::FORBIDDEN, "only the page of this address gets tokens".to_owned()));
    }
    match only(CONTENT_TYPE) {
        Some("application/json") => Ok(()),
        _ => Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json".to_owned())),
    }
}

fn bad(reason: &str) -> RequestError {
    (StatusCode::BAD_REQUEST, reason.to_owned())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests;
