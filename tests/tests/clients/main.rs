//! WebSocket clients: the messages that they send, and the events that they receive.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod authorization;
mod bad_clients;
mod bad_patterns;
mod client_messages;
mod fan_out;
mod leaving_clients;
mod limits;
mod messages;
mod resume;
mod resume_quotas;
mod state;
mod tenants;
mod wide_subscription;
