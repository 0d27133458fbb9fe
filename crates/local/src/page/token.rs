//! Tokens for the page: of the development issuer, for whatever subject and claims somebody wants to listen as.
//!
//! Only the page gets one. Of what a browser sends, `Host` has been looked at before (against DNS rebinding); `Origin`,
//! which no page can choose, must be the page's own; and the answer may be read by nobody else, since it allows no origin.
//! Programs of this machine can pretend to be the page. They can read and write the tables as well, on DynamoDB's port.

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

use super::Page;
use crate::issuer::RESERVED;

/// A connection lasts two hours at most, and the page gets a new token for each.
const GOOD_FOR_SECONDS: u64 = 3 * 3600;

/// Where tokens are handed out, and what they are worth.
pub struct Desk {
    issuer: Issuer,
    /// By the pipes' names.
    grants: BTreeMap<String, Arc<Grants>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    subject: String,
    #[serde(default)]
    claims: Map<String, Value>,
}

type Refused = (StatusCode, String);

impl Desk {
    pub fn new(issuer: Issuer, grants: BTreeMap<String, Arc<Grants>>) -> Self {
        Self { issuer, grants }
    }

    /// The token, and the patterns that each pipe grants to its bearer.
    fn serve(&self, body: &[u8], now: u64) -> Result<Value, Refused> {
        let wish: Wish = serde_json::from_slice(body).map_err(|error| bad(&error.to_string()))?;
        if let Some(name) = RESERVED.iter().find(|name| wish.claims.contains_key(**name)) {
            return Err(bad(&format!("{name} is no claim that can be chosen; of whom it is, says subject")));
        }
        let own = [("sub", Value::from(wish.subject)), ("exp", Value::from(now + GOOD_FOR_SECONDS))];
        let mut claims = wish.claims;
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

pub async fn answer(State(page): State<Page>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(desk) = &page.0.desk else { return StatusCode::NOT_FOUND.into_response() };
    match is_the_page(&headers).and_then(|()| desk.serve(&body, now())) {
        Ok(answer) => {
            let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
            (headers, answer.to_string()).into_response()
        }
        Err((status, reason)) => (status, reason + "\n").into_response(),
    }
}

/// A form of another site could send no JSON without asking first, and asking is never answered.
fn is_the_page(headers: &HeaderMap) -> Result<(), Refused> {
    let one = |name: HeaderName| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none()).and_then(|value| value.to_str().ok())
    };
    let own = one(HOST).map(|host| format!("http://{host}"));
    if own.is_none() || one(ORIGIN).map(str::to_owned) != own {
        return Err((StatusCode::FORBIDDEN, "only the page of this address gets tokens".to_owned()));
    }
    match one(CONTENT_TYPE) {
        Some("application/json") => Ok(()),
        _ => Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type: only application/json".to_owned())),
    }
}

fn bad(reason: &str) -> Refused {
    (StatusCode::BAD_REQUEST, reason.to_owned())
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

#[cfg(test)]
mod tests;
