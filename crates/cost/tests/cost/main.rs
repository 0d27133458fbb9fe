//! The cost of a month.
//!
//! # Layout
//! - `load`: the load of a pipe and of a deployment
//! - `month`: which lines a month has; `page`: docs/reference/cost.md has the same tables
#![allow(clippy::unwrap_used)]

mod load;
mod month;
mod page;
