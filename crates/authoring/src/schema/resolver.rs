use std::collections::BTreeMap;

use serde_json::Value as Json;
use tablecast_pipeline::schema::absolute;

use super::subschema::Subschema;

/// Resolves each `$ref` among schema files. It finds a file by its `$id`.
#[derive(Debug, Default)]
pub struct Resolver<'d>(BTreeMap<&'d str, &'d Json>);

impl<'d> Resolver<'d> {
    pub fn new(files: impl IntoIterator<Item = &'d Json>) -> Self {
        Self(files.into_iter().filter_map(|file| Some((file["$id"].as_str()?, file))).collect())
    }

    /// Returns the subschema that a `$ref` in `file` refers to.
    pub fn resolve(&self, file: &'d Json, reference: &str) -> Option<Subschema<'d>> {
        let (address, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let file = match address {
            "" => file,
            address => *self.0.get(absolute(file["$id"].as_str()?, address).as_str())?,
        };
        Some(Subschema { file, schema: file.pointer(pointer)? })
    }
}
