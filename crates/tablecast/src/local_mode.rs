//! A local mode that runs on this machine, as `tail`, `token`, `doctor` and `redrive` see it.
//!
//! # Layout
//! - `http`: one request to it

mod http;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};
use tablecast_local::Identity;

/// The local mode's description of itself (`/page/machine.json`). Unused members are left out.
#[derive(Debug, Deserialize)]
pub struct Description {
    /// The folder of its issuer's key.
    pub folder: String,
    /// The id of this key. Absent if clients need no tokens.
    pub key_id: Option<String>,
    pub identity: Identity,
}

/// A token, and the patterns that each pipe grants to it.
#[derive(Debug, Deserialize)]
pub struct Grant {
    pub token: String,
    granted: BTreeMap<String, Vec<String>>,
}

impl Grant {
    /// Returns each granted pattern once.
    pub fn patterns(&self) -> Vec<String> {
        let mut patterns: Vec<_> = self.granted.values().flatten().cloned().collect();
        patterns.sort();
        patterns.dedup();
        patterns
    }
}

/// Returns the address of a URL on this machine: `127.0.0.1:8787`.
pub fn authority(url: &str) -> Option<String> {
    let rest = url.strip_prefix("ws://").or_else(|| url.strip_prefix("http://"))?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit_once(':').map_or(authority, |(host, _)| host);
    let is_local = ["localhost", "127.0.0.1"].contains(&host);
    let port = if host == authority { ":80" } else { "" };
    is_local.then(|| format!("{authority}{port}"))
}

/// Returns `None` if no local mode answers at this address.
pub async fn describe(authority: &str) -> Option<Description> {
    let body = http::get(authority, "/page/machine.json").await.ok()?;
    serde_json::from_slice(&body).ok()
}

/// A pipe of the local mode, as this machine describes itself.
#[derive(Debug, Deserialize)]
pub struct PipeDescription {
    pub name: String,
    pub table: String,
    pub filter: Vec<Value>,
}

/// Returns the pipes that are in use.
pub async fn pipe_descriptions(authority: &str) -> Result<Vec<PipeDescription>, String> {
    #[derive(Deserialize)]
    struct Machine {
        pipes: Vec<PipeDescription>,
    }
    let body = http::get(authority, "/page/machine.json").await?;
    let machine: Result<Machine, _> = serde_json::from_slice(&body);
    machine.map(|machine| machine.pipes).map_err(|error| format!("{authority}: {error}"))
}

/// Returns the number of dead letters of a pipe that wait. `None` if the local mode does not know it.
pub async fn waiting_dead_letters(authority: &str, pipe: &str) -> Option<u64> {
    let request = json!({ "QueueUrl": format!("http://{authority}/sqs/{pipe}") }).to_string();
    let body = http::call(authority, "/sqs", "AmazonSQS.GetQueueAttributes", &request).await.ok()?;
    let response: Value = serde_json::from_slice(&body).ok()?;
    let count = |name: &str| response["Attributes"][name].as_str()?.parse::<u64>().ok();
    Some(count("ApproximateNumberOfMessages")? + count("ApproximateNumberOfMessagesNotVisible")?)
}

/// Returns the counters of the pipes and the problems of the pipe files, as JSON.
pub async fn pipes(authority: &str) -> Result<Vec<u8>, String> {
    http::get(authority, "/page/pipes.json").await
}

/// Adds what to do to an error of a local mode that does not respond.
pub fn unreachable(error: String) -> String {
    format!("{error}; start the local mode with `tablecast dev`, or name a deployment with --deployment")
}

/// Requests a token with these claims, as the page does.
pub async fn grant(authority: &str, subject: &str, claims: Map<String, Value>) -> Result<Grant, String> {
    let request = json!({"subject": subject, "claims": claims}).to_string();
    let body = http::post(authority, "/@issuer/token", &request).await?;
    serde_json::from_slice(&body).map_err(|error| format!("the local mode's token is unreadable: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_local() {
        assert_eq!(authority("ws://127.0.0.1:8787").as_deref(), Some("127.0.0.1:8787"));
        assert_eq!(authority("ws://localhost:1/?a=b").as_deref(), Some("localhost:1"));
        assert_eq!(authority("ws://localhost").as_deref(), Some("localhost:80"));
        let others =
            ["wss://127.0.0.1:8787", "ws://example.com", "ws://localhost.example.com:1", "ws://a@localhost"];
        for other in others {
            assert_eq!(authority(other), None, "{other}");
        }
    }
}
