//! What the black-box suites need: they start the shipped program and talk to it as its users do.
//!
//! # Layout
//! - `place`: where the black-box suite finds tablecast, here or deployed
//! - `machine`: the one-machine mode, from its start to its certain end; `binaries`: built before that
//! - `processes`: what a process and its children are, by `/proc`
//! - `dynamodb`, `socket`, `bus`: writing items, receiving events, looking at the bus
//! - `merge`: how a client puts in order what comes while it resumes
//! - `browser`: Chromium, as somebody sits in front of it
//! - `pipes_api`: the Pipes API as a process of its own; `cloud`: Lambda, SQS and STS for it
//! - `aws`, `node`, `python`: the real AWS CLI, wscat, the CloudEvents SDK, AsyncAPI's parser and a validator of draft 4;
//!   `tools`: installs them where they are missing
//! - `items`, `schema`: what is written, and what an event must be
//! - `shown`: the commands of documents and of the welcome, run as they stand
//! - `fence`: knowing that nothing more will come; `patience`: no wait is without an end
#![allow(clippy::unwrap_used, clippy::expect_used)]

pub mod aws;
pub mod binaries;
pub mod browser;
pub mod bus;
pub mod cloud;
pub mod dynamodb;
pub mod fence;
pub mod http;
pub mod items;
pub mod machine;
pub mod merge;
pub mod node;
pub mod patience;
pub mod pipes_api;
pub mod place;
pub mod processes;
pub mod python;
pub mod schema;
pub mod shown;
pub mod socket;
mod tools;

use std::path::{Path, PathBuf};

/// The folder of the whole project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}
