//! The tools of the black-box suites. They start the shipped program and use it as a user does.
//!
//! # Layout
//! - `deployment`: the tablecast under test: the local mode, or a deployment that the environment names
//! - `local_mode`: starts and stops the local mode; `binaries`: builds the program and the functions first
//! - `processes`: processes and their children, read from `/proc`
//! - `dynamodb`, `socket`, `bus`: write items, receive events as a client, read the bus
//! - `http`: an HTTP client
//! - `inbox`: the events that a client received; `repeated`: those that it received before
//! - `browser`: Chromium with one page
//! - `pipes_api`: the Pipes API in a process of its own; `aws_stub`: stands in for Lambda, SQS and STS
//! - `aws`, `node`, `python`: the AWS CLI, wscat, the CloudEvents SDK, the AsyncAPI parser, a JSON Schema
//!   validator
//! - `tools`: installs these programs where they are missing
//! - `items`, `schema`: the items that tests write, and the schemas that events must match
//! - `pipe_files`: pipe files with other channels or grants
//! - `consumers`: the consumers of `examples/consumers`; `lambda`: invokes a function that the local mode does not
//!   run
//! - `doc_steps`: runs the commands of documents and of the welcome text
//! - `barrier`: waits until nothing more can arrive
//! - `eventually`: waits with a time limit
//! - `harness`: tests of these tools
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod aws;
pub mod aws_stub;
pub mod barrier;
pub mod binaries;
pub mod browser;
pub mod bus;
pub mod consumers;
pub mod deployment;
pub mod doc_steps;
pub mod dynamodb;
pub mod eventually;
#[cfg(test)]
mod harness;
pub mod http;
pub mod inbox;
pub mod items;
pub mod lambda;
pub mod local_mode;
pub mod node;
pub mod pipe_files;
pub mod pipes_api;
pub mod processes;
pub mod python;
mod repeated;
pub mod schema;
pub mod socket;
mod tools;

use std::path::{Path, PathBuf};

/// The root folder of the project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
