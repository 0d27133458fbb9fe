use serde_json::Value as Json;
use tablecast_values::pointer::escaped;

use crate::schema::Subschema;

/// A subschema, with its path in its file.
#[derive(Debug, Clone)]
pub struct SchemaPath<'d> {
    pub subschema: Subschema<'d>,
    pub path: String,
}

impl<'d> SchemaPath<'d> {
    pub fn root(file: &'d Json) -> Self {
        Self { subschema: Subschema::root(file), path: String::new() }
    }

    /// Returns the value of a keyword.
    pub fn get(&self, keyword: &str) -> Option<&'d Json> {
        self.subschema.get(keyword)
    }

    pub fn has(&self, keyword: &str) -> bool {
        self.get(keyword).is_some()
    }

    pub fn child(&self, segment: &str, schema: &'d Json) -> Self {
        Self { subschema: self.subschema.with(schema), path: format!("{}/{}", self.path, escaped(segment)) }
    }
}
