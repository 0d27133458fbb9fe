//! Many clients, changes and faults: nothing is lost, foreign or out of order.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acknowledgements;
mod churn;
mod many_writes;
mod quiet_tenant;
mod thousand_clients;

use tokio::sync::RwLock;

/// The test with a thousand clients needs the whole machine, and the others share it. On busy cores, a post takes
/// longer than its three seconds, and `fanout` closes the connection.
static MACHINE: RwLock<()> = RwLock::const_new(());
