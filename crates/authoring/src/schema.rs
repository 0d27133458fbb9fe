//! Reads schema documents without compiling them: their keywords, and the constraints at a location.
//!
//! # Layout
//! - `subschema`: a part of a schema file
//! - `resolver`: finds the target of a `$ref`
//! - `content_model`: whether an object may have additional properties
//! - `location`: a location in an event's data, with all subschemas that apply to it

mod content_model;
mod location;
mod resolver;
mod subschema;

pub use content_model::ContentModel;
pub use location::Location;
pub use resolver::Resolver;
pub use subschema::Subschema;
pub use tablecast_pipeline::schema::Keyword;
