//! The parts that several benchmarks share.
//!
//! # Layout
//! - `dynamodb`: a stand-in for DynamoDB, in virtual time

pub mod dynamodb;
