//! The gateway over real sockets: what a WebSocket client and a backend see of it.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod authorizing;
mod connecting;
mod connections_api;
mod frames;
mod http;
mod lifecycle;
mod limits;
mod many;
mod messages;
mod support;
mod wire;
