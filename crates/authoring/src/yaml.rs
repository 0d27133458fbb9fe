//! A YAML file with the position of each value, for error messages.
//!
//! # Layout
//! - `tree`: finds the line of a path
//! - `resolved`: the meaning of a text without quotes in Terraform
//! - `plain_scalar`: finds the texts without quotes

mod plain_scalar;
mod resolved;
mod tree;

pub use plain_scalar::{PlainScalar, plain_scalars};
pub use resolved::{Resolved, resolved};
pub use tree::YamlTree;
