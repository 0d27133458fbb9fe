//! Converts schemas from JSON Schema 2020-12 to older drafts: draft 4 for EventBridge's schema registry,
//! draft 7 for AsyncAPI. An event is valid for the converted schema if and only if it is valid for the
//! original one. The conversion reports keywords that an older draft cannot express.
//!
//! Two differences remain in draft 4: `1.0` is not an integer, and validators ignore formats that draft 4
//! does not define.
//!
//! # Layout
//! - `definitions`: converts schemas to named definitions that refer to each other
//! - `keywords`: converts the keywords of one schema; `applicators`: those that contain schemas
//! - `converted`: a converted schema
//! - `path`: a subschema with its path in its file
//! - `unsupported`: a keyword that the older draft cannot express
//! - `type_name`: names for code generators

mod applicators;
mod converted;
mod definitions;
mod keywords;
mod path;
mod type_name;
mod unsupported;

pub use definitions::{Definitions, Draft};
pub use type_name::pascal_case;
pub use unsupported::Unsupported;

#[cfg(test)]
mod tests;
