//! The local mode: AWS on one machine.
//!
//! # Layout
//! - `machine`: starts and stops everything below, and follows edits of the definitions; `options`: its options
//! - `database`: DynamoDB with streams, embedded
//! - `functions`: the function binaries behind a Lambda Runtime API
//! - `pipes`: the pipes of pipe files, on the embedded database
//! - `gateway`: API Gateway's WebSocket API: routes, limits, `@connections`
//! - `lambda`: Lambda's Invoke, for functions that call others
//! - `queues`: SQS for the dead letters of the pipes
//! - `bus`: EventBridge's PutEvents, and the newest events
//! - `page`: the page for developers; `catalogue`: the AsyncAPI document, the schemas and the event catalogue
//!   over HTTP
//! - `issuer`: the key of the development issuer
//! - `origins`: the web pages that may use the local mode; `refusals`: log lines for refused requests
//! - `hints`: what a developer can try; `examples`: the writes of pipe files; `identity`: claims that fit them
//! - `addresses`, `names`, `definitions`, `pipe_file`: data that several of these share; `current`: data that a
//!   reload replaces
//! - `assets`: files for browsers; `clock`: a clock that tests can advance

mod addresses;
mod assets;
pub mod bus;
mod catalogue;
pub mod clock;
mod current;
pub mod database;
mod definitions;
mod examples;
pub mod functions;
pub mod gateway;
pub mod hints;
mod identity;
pub mod issuer;
pub mod lambda;
pub mod machine;
mod names;
mod options;
pub mod origins;
mod page;
mod pipe_file;
pub mod pipes;
mod queues;
mod refusals;

pub use addresses::Addresses;
pub use identity::Identity;
pub use names::{BUS_NAME, REGION};
pub use options::{Auth, Options};
