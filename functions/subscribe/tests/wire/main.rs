//! Messages over the wire: the real SDK clients, a DynamoDB in this process, and a stand-in for
//! `@connections`.
#![allow(clippy::unwrap_used)]

mod channels;
mod damage;
mod ending;
mod explaining;
mod metrics;
mod pinging;
mod quotas;
mod rates;
mod refreshing;
mod resuming;
mod resuming_meanwhile;
mod slow;
mod stand_in;
mod state;
mod subscribing;
