//! The messages of the server, and their meaning.
//!
//! # Layout
//! - `event`: one event; `frame`: the events of a WebSocket message
//! - `control`: the events that the server sends about the connection
//! - `filter`: the events that a subscription receives; `source`: the sources that can have them

pub(crate) mod control;
pub(crate) mod event;
pub(crate) mod filter;
pub(crate) mod frame;
pub(crate) mod source;
