//! What tablecast promises, seen from outside: by the AWS CLI, wscat, the CloudEvents SDK and a WebSocket client.
//!
//! On the one-machine mode, or on the deployment that the environment names (docs/guides/emulator.md).
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod delivery;
mod events;
mod rejected;

use serde_json::Value;
use tablecast_tests::node::Printer;
use tablecast_tests::place::Place;
use tablecast_tests::socket::with_query;

fn parsed(line: &str) -> Value {
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
}

/// wscat, once it is connected.
async fn wscat(place: &Place, user: &str, pattern: &str) -> Printer {
    let token = place.token(user, "acme").await;
    let printer = Printer::wscat(&with_query(&place.clients, &format!("subscribe={pattern}&token={token}")));
    place.listened_to(pattern, 1).await;
    printer
}

/// A name of its own, and the subject that goes with it.
fn named(place: &Place, kind: &str) -> (String, String) {
    let id = place.name("ada");
    let subject = format!("{kind}/{id}");
    (id, subject)
}
