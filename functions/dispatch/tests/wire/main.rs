//! Dispatch over the wire: the real SDK clients against a stand-in that answers as planned.
#![allow(clippy::unwrap_used)]

mod batch;
mod cost;
mod logging;
mod metrics;
mod publish;
mod push;
mod rejected;
mod stand_in;
