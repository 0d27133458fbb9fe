//! The connections table over the wire, against a stand-in for DynamoDB.
#![allow(clippy::unwrap_used)]

mod broken;
mod changing;
mod damaged;
mod damaged_runs;
mod fan_out;
mod faults;
mod looking_up;
mod opening;
mod quotas;

use std::collections::BTreeSet;

use tablecast_connections::{Connection, Connections, LIFETIME_SECONDS, Session, Subscriber};
use tablecast_protocol::Protocol;
use tablecast_protocol::subject::Pattern;
use tablecast_stand_in::StandIn;

const TABLE: &str = "connections";
const CONNECTED_AT: i64 = 1_800_000_000_123;
const EXPIRES_AT: i64 = 1_800_000_000 + LIFETIME_SECONDS;

async fn start() -> (StandIn, Connections) {
    let stand_in = StandIn::start(&[TABLE]).await;
    let connections = Connections::new(stand_in.dynamodb(), TABLE);
    (stand_in, connections)
}

fn connection(id: &str) -> Connection {
    let (protocol, connected_at) = (Protocol::Single, CONNECTED_AT);
    Connection { id: id.to_owned(), protocol, connected_at, identity: None }
}

fn subscriber(id: &str) -> Subscriber {
    let (protocol, types) = (Protocol::Single, BTreeSet::new());
    let (connected_at, ends_at) = (CONNECTED_AT, EXPIRES_AT);
    Subscriber { id: id.to_owned(), connected_at, ends_at, protocol, types, is_damaged: false }
}

fn patterns<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> BTreeSet<Pattern> {
    texts.into_iter().map(|text| pattern(text.as_ref())).collect()
}

fn pattern(text: &str) -> Pattern {
    Pattern::parse(text).unwrap()
}
