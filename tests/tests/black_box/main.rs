//! Tests the promises of tablecast from outside, with the AWS CLI, wscat, the CloudEvents SDK and a WebSocket
//! client.
//!
//! The tests run on the local mode, or on the deployment that the environment names
//! (docs/guides/emulator.md).
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod delivery;
mod events;
mod rejected;
mod resume;

use serde_json::Value;
use tablecast_tests::deployment::Deployment;
use tablecast_tests::node::PrintingClient;
use tablecast_tests::socket::with_query;

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// Starts wscat and waits until it is connected.
async fn wscat(deployment: &Deployment, user: &str, pattern: &str) -> PrintingClient {
    let token = deployment.token(user, "acme").await;
    let printer = PrintingClient::wscat(&with_query(
        &deployment.clients,
        &format!("subscribe={pattern}&token={token}"),
    ));
    deployment.wait_for_subscriptions(pattern, 1).await;
    printer
}

/// Returns a unique name and its subject.
fn named(deployment: &Deployment, kind: &str) -> (String, String) {
    let id = deployment.name("ada");
    let subject = format!("{kind}/{id}");
    (id, subject)
}
