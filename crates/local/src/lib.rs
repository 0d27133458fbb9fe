//! The one-machine mode: the only code that imitates AWS.
//!
//! # Layout
//! - `machine`: everything below together, from its start to its end; `options`: what it is started with
//! - `database`: DynamoDB with streams (dynoxide), and what it lacks
//! - `functions`: the function binaries behind a Lambda Runtime API
//! - `pipes`: runs pipes: stream, filter, batch, enrichment, target, retries, dead letters
//! - `pipes_api`: the API of EventBridge Pipes, for pipes over the wire
//! - `gateway`: API Gateway's WebSocket side: routes, limits, `@connections`
//! - `bus`: EventBridge's PutEvents, kept for a look
//! - `page`: a page to look at; `catalogue`: the AsyncAPI document, the schemas and the catalogue over HTTP; `served`: files for browsers
//! - `invoke`: calling a function
//! - `issuer`: the development issuer's key on this machine
//! - `clock`: time that tests can move
//! - `loopback`: who calls from this machine, and who only seems to

pub mod bus;
mod catalogue;
pub mod clock;
pub mod database;
pub mod functions;
pub mod gateway;
pub mod invoke;
pub mod issuer;
mod loopback;
pub mod machine;
mod options;
mod page;
pub mod pipes;
pub mod pipes_api;
mod served;

pub use options::{Auth, Options};
