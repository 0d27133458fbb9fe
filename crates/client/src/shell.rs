//! Runs the machine with sockets, tokens, stores and the clock of tokio.
//!
//! # Layout
//! - `client`: the client; `builder`: its options; `subscribe`: the options of a subscription
//! - `subscription`: the handle of a subscription; `item`: what it receives; `queue`: the items that
//!   wait; `waiting`: their order
//! - `readiness`: whether the server has a subscription
//! - `collection`: the handle of a collection; `collection_view`: its items; `collection_sink`: receives their
//!   changes; `collections`: all of them
//! - `transport`: the machine and its inputs; `runner`: runs its effects; `controllers`: its subscriptions; `reporter`: logs why there is no
//!   connection; `clock`: the time; `wake_watch`: finds out that the
//!   machine slept
//! - `socket`: one connection; `handshake`: its request and its refusal; `tls`: the certificates; `token`: tokens
//! - `store`: keeps progress; `file_store`: in a file; `savers`, `saver`: when to save

pub(crate) mod builder;
pub(crate) mod client;
mod clock;
pub(crate) mod collection;
mod collection_sink;
pub(crate) mod collection_view;
mod collections;
mod controllers;
pub(crate) mod file_store;
mod handshake;
pub(crate) mod item;
mod queue;
mod readiness;
mod reporter;
mod runner;
mod saver;
mod savers;
mod socket;
pub(crate) mod store;
pub(crate) mod subscribe;
pub(crate) mod subscription;
mod tls;
mod token;
mod transport;
mod waiting;
mod wake_watch;
