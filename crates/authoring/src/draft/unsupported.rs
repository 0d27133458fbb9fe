use serde_json::Value as Json;
use tablecast_definitions::problem::{DefinitionFile, Problem, Rule};

/// A keyword that the older draft cannot express.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsupported<'d> {
    pub file: &'d Json,
    /// In the file: `/properties/total/unevaluatedItems`.
    pub path: String,
    pub reason: String,
}

impl Unsupported<'_> {
    /// Converts to a problem in the file, which is one of `files`.
    pub fn problem(self, files: &[DefinitionFile]) -> Problem {
        let name = self.file["$id"].as_str().and_then(|id| id.rsplit('/').next()).unwrap_or_default();
        let file = files.iter().find(|file| name.strip_suffix(".json") == Some(&file.name));
        Problem::new(Rule::SchemaRegistry, file.map_or(name, |file| &file.file), self.path, self.reason)
    }
}
