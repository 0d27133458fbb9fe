//! A YAML file with the position of each value, for error messages.
//!
//! # Layout
//! - `tree`: finds the line of a path
//! - `plain_scalar`: finds the texts without quotes

mod plain_scalar;
mod tree;

pub use plain_scalar::{PlainScalar, plain_scalars};
pub use tree::YamlTree;
