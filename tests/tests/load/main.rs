//! Many clients, changes and faults: nothing is lost, foreign or out of order.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acknowledgements;
mod churn;
mod many_writes;
mod quiet_tenant;
mod thousand_clients;

use tokio::sync::RwLock;

/// The test with a thousand clients needs the whole machine, and the others share it. On busy cores, posts time out,
/// and `fanout` closes their connections.
static MACHINE: RwLock<()> = RwLock::const_new(());
