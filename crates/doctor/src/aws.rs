//! Requests to AWS. Six services with one protocol family need no SDK of their own here: a request is a signed
//! HTTP request with JSON in both directions.
//!
//! # Layout
//! - `operation`: all requests, and the permission that each one needs; `policy`: these as an IAM policy
//! - `client`: sends them; `endpoint`: where to; `wire`: in which form; `signature`: signed how
//! - `failure`: why one failed

mod client;
mod endpoint;
mod failure;
mod operation;
mod policy;
mod signature;
mod wire;

pub use client::Client;
pub use failure::Failure;
pub use operation::{OPERATIONS, Operation, operations};
pub use policy::policy;
pub use wire::Request;
