//! The token and the patterns that `tail` sends. With a local mode on this machine, it gets what is
//! missing by itself.

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use tablecast_local::Identity;
use tablecast_protocol::subject::Pattern;

use crate::local_mode::{self, Description, Grant};

/// The pattern of everything.
const EVERYTHING: &str = "*";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub token: Option<String>,
    /// The token is from a local mode, and not from the command line.
    pub is_own: bool,
    /// The patterns on the command line. Empty for everything that is granted.
    pub patterns: Vec<String>,
}

impl Access {
    /// The patterns of a connection, each once: the client reports a refused one once.
    pub fn subscribed(&self) -> Vec<String> {
        match self.patterns.is_empty() {
            true => vec![EVERYTHING.to_owned()],
            false => once(&self.patterns),
        }
    }

    /// Returns what no server accepts.
    pub fn check(&self) -> Result<(), String> {
        for pattern in &self.patterns {
            Pattern::parse(pattern).map_err(|error| {
                format!("{pattern:?} {error}. Write subjects such as orders/acme/1001, or patterns such as orders/*")
            })?;
        }
        self.token.as_deref().map_or(Ok(()), check_token)
    }

    /// Returns another access that may succeed after this status, and a line about it.
    pub async fn after(&self, status: u16, url: &str) -> Option<(Self, String)> {
        let authority = local_mode::authority(url)?;
        match (status, &self.token) {
            (401, None) => self.with_own_token(&authority).await,
            (403, Some(token)) if self.patterns.is_empty() => self.with_granted(&authority, token).await,
            _ => None,
        }
    }

    /// Returns a new token in place of one of a local mode.
    pub async fn renewed(&self, url: &str) -> Option<String> {
        let authority = local_mode::authority(url).filter(|_| self.is_own)?;
        own_grant(&authority).await.map(|(_, grant)| grant.token)
    }

    async fn with_own_token(&self, authority: &str) -> Option<(Self, String)> {
        let (identity, grant) = own_grant(authority).await?;
        let own: String =
            identity.claims.iter().map(|(name, value)| format!(" --claim {name}={value}")).collect();
        let patterns = if self.patterns.is_empty() { grant.patterns() } else { self.patterns.clone() };
        let line = format!(
            "using a token of the local mode for --subject {}{own}, which grants: {}",
            identity.subject,
            listed(&grant.patterns())
        );
        Some((Self { token: Some(grant.token), is_own: true, patterns }, line))
    }

    /// The local mode evaluates the grants for the claims of the token.
    async fn with_granted(&self, authority: &str, token: &str) -> Option<(Self, String)> {
        let (subject, claims) = claims(token)?;
        let patterns = local_mode::grant(authority, &subject, claims).await.ok()?.patterns();
        let line = format!("this token grants: {}", listed(&patterns));
        (!patterns.is_empty()).then(|| (Self { patterns, ..self.clone() }, line))
    }

    /// Explains a refusal: what is wrong, and what to do. A local mode knows where its key is.
    pub async fn explain_at(&self, status: u16, url: &str) -> Option<String> {
        let explained = self.explain(status)?;
        let authority = local_mode::authority(url).filter(|_| status == 401);
        let Some(authority) = authority else { return Some(explained) };
        match local_mode::describe(&authority).await {
            Some(Description { folder, .. }) => Some(format!(
                "the local mode refused the token: create one with `tablecast token --data {folder}`"
            )),
            None => Some(explained),
        }
    }

    fn explain(&self, status: u16) -> Option<String> {
        let patterns = listed(&self.subscribed());
        Some(match (status, &self.token) {
            (400, _) => format!(
                "a pattern is malformed or there are too many: {patterns}. Write subjects such as orders/acme/1001, \
                 or patterns such as orders/*"
            ),
            (401, None) => "the server needs a token. Pass --token or set TABLECAST_TOKEN; for a local mode, \
                            create one with `tablecast token`"
                .to_owned(),
            (401, Some(_)) => "the server refused the token: it has expired, or another issuer signed it. For a \
                               local mode, create one with `tablecast token --data` and the folder of its --data"
                .to_owned(),
            (403, Some(_)) if self.patterns.is_empty() => "the token does not grant everything (*). Pass the \
                patterns that it grants, such as orders/acme/*"
                .to_owned(),
            (403, _) => format!("the token grants none of these patterns: {patterns}. Check its claims and the grant of the pipe files"),
            _ => return None,
        })
    }
}

/// An empty token is most likely the output of a command that failed.
fn check_token(token: &str) -> Result<(), String> {
    match token {
        "" => {
            Err("--token: the token is empty; pass one, or leave out --token and TABLECAST_TOKEN".to_owned())
        }
        token if token.contains(|one: char| !one.is_ascii_graphic()) => {
            Err("--token: contains characters that no token has; copy the token again, on one line"
                .to_owned())
        }
        _ => Ok(()),
    }
}

/// A token for the examples of a local mode.
async fn own_grant(authority: &str) -> Option<(Identity, Grant)> {
    let identity = local_mode::describe(authority).await?.identity;
    let claims = identity.claims.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
    let grant = local_mode::grant(authority, &identity.subject, claims).await.ok()?;
    Some((identity, grant))
}

fn once(patterns: &[String]) -> Vec<String> {
    let mut known = HashSet::new();
    patterns.iter().filter(|pattern| known.insert(*pattern)).cloned().collect()
}

fn listed(patterns: &[String]) -> String {
    if patterns.is_empty() { "nothing".to_owned() } else { patterns.join(", ") }
}

/// Reads the claims of a token without verifying it. Leaves out those that the issuer sets.
fn claims(token: &str) -> Option<(String, Map<String, Value>)> {
    let payload = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let mut claims: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
    let subject = claims.get("sub")?.as_str()?.to_owned();
    claims.retain(|name, _| !tablecast_local::issuer::RESERVED.contains(&name.as_str()));
    Some((subject, claims))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(token: Option<&str>, patterns: &[&str]) -> Access {
        let patterns = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
        Access { token: token.map(str::to_owned), is_own: false, patterns }
    }

    #[test]
    fn every_refusal_is_explained_with_what_to_do() {
        let explain = |access: &Access, status| access.explain(status).unwrap();
        assert!(explain(&access(None, &[]), 401).contains("--token"));
        assert!(explain(&access(Some("t"), &[]), 401).contains("--data"));
        assert!(explain(&access(Some("t"), &[]), 403).contains("Pass the patterns"));
        assert!(explain(&access(Some("t"), &["a/1"]), 403).contains("none of these patterns: a/1"));
        assert!(explain(&access(None, &["a/*/b"]), 400).contains("a/*/b"));
        assert_eq!(access(None, &[]).explain(404), None);
    }

    #[test]
    fn a_pattern_that_is_there_twice_counts_once() {
        assert_eq!(access(None, &["b/*", "a", "b/*"]).subscribed(), ["b/*", "a"]);
    }

    #[test]
    fn what_no_server_accepts_is_an_error_before_a_connection() {
        assert_eq!(access(Some("a.b.c"), &["*", "orders/*", "a,b 50%"]).check(), Ok(()));
        let error = access(None, &["orders/*/x"]).check().unwrap_err();
        assert!(error.starts_with("\"orders/*/x\" has a misplaced *: only the last segment"), "{error}");
        let error = access(Some(""), &[]).check().unwrap_err();
        assert!(error.starts_with("--token: the token is empty"), "{error}");
        let error = access(Some("sec\nret"), &[]).check().unwrap_err();
        assert!(error.contains("copy the token again") && !error.contains("sec"), "{error}");
    }

    #[test]
    fn the_claims_of_a_token_are_read_without_those_of_the_issuer() {
        let payload =
            BASE64_URL_SAFE_NO_PAD.encode(r#"{"sub":"ada","tenant":"acme","exp":1,"iss":"x","aud":"y"}"#);
        let (subject, claims) = claims(&format!("h.{payload}.s")).unwrap();
        assert_eq!(subject, "ada");
        assert_eq!(Value::from(claims), serde_json::json!({"tenant": "acme"}));
        assert_eq!(super::claims("no token"), None);
    }
}
