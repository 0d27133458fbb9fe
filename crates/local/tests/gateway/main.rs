//! The gateway over real sockets, as a WebSocket client and a backend see it.

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
mod raw_client;
mod support;
