//! `tablecast package` in a folder with definitions.
//!
//! # Layout
//! - `project`: the folder, binaries without content, and scripts in place of Python and the compiler
//! - `definitions`: problems in pipe files and schemas
//! - `prebuilt`: binaries of a release; `source`: binaries that it compiles
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod definitions;
mod prebuilt;
mod project;
mod source;
