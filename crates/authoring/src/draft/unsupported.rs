use serde_json::Value as Json;
use tablecast_definitions::problem::{Problem, Rule, Source};

/// A keyword that the older draft cannot express.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsupported<'d> {
    pub file: &'d Json,
    /// In the file: `/properties/total/unevaluatedItems`.
    pub path: String,
    pub reason: String,
}

impl Unsupported<'_> {
    /// Converts to a problem in the file, which is one of `sources`.
    pub fn problem(self, sources: &[Source]) -> Problem {
        let name = self.file["$id"].as_str().and_then(|id| id.rsplit('/').next()).unwrap_or_default();
        let source = sources.iter().find(|source| name.strip_suffix(".json") == Some(&source.name));
        Problem::new(Rule::SchemaRegistry, source.map_or(name, |source| &source.file), self.path, self.reason)
    }
}
