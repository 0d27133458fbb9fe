//! Fuzzing: each parser of data from outside is a target, with the properties that hold for every input.
//! docs/reference/fuzzing.md has the commands and the findings.
//!
//! # Layout
//! - `target`: a target; `targets`: all of them, one file for each
//! - `inputs`: where inputs come from: samples, the corpus, and mutations of both
//! - `mutate`: changes an input, so that it stays close to a real one
//! - `run`: checks many inputs, and keeps one that fails
//! - `growth`: how the work grows with the input
//! - `stub`: made-up answers of AWS
#![allow(clippy::unwrap_used)]

mod growth;
mod inputs;
mod mutate;
mod run;
mod stub;
mod target;
pub mod targets;

pub use growth::{allocated, growth};
pub use inputs::Inputs;
pub use mutate::mutated;
pub use run::{replay, run};
pub use target::{Form, Target};
pub use targets::TARGETS;

#[cfg(test)]
mod tests;
