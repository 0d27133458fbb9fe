//! Many clients, changes and faults: nothing is lost, foreign or out of order.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod acknowledgements;
mod churn;
mod many_writes;
mod quiet_tenant;
mod thousand_clients;
