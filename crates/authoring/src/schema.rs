//! Reads schema documents without compiling them: their keywords, and the constraints at a location.
//!
//! # Layout
//! - `keyword`: the keywords of JSON Schema 2020-12
//! - `subschema`: a part of a schema file
//! - `resolver`: finds the target of a `$ref`
//! - `content_model`: whether an object may have additional properties
//! - `location`: a location in an event's data, with all subschemas that apply to it

mod content_model;
mod keyword;
mod location;
mod resolver;
mod subschema;

pub use content_model::ContentModel;
pub use keyword::Keyword;
pub use location::Location;
pub use resolver::Resolver;
pub use subschema::Subschema;
