//! The doctor against a stub of AWS that speaks its requests.
//!
//! # Layout
//! - `stub`: the stub; `deployment`: the responses of a healthy deployment
//! - `reading`: what is read, and how; `failing`: what cannot be read
//! - `bus`: the bus, for commands that publish on it
#![allow(clippy::unwrap_used)]

mod bus;
mod deployment;
mod failing;
mod reading;
mod stub;
