//! From record to event. Pure: no clock, no network, no AWS crate. No other crate depends on CEL.
//!
//! # Layout
//! - `record`: a stream record; `attribute`: DynamoDB's attribute values
//! - `expression`: expressions in CEL; `template`: subjects, made of texts and expressions
//! - `schema`: the schemas of events
//! - `pipe`: a compiled pipe, which turns a record into events
//! - `enrich`: a batch of records in, one element for each record out

pub mod attribute;
pub mod enrich;
pub mod expression;
pub mod pipe;
pub mod record;
pub mod schema;
pub mod template;
