use std::collections::BTreeMap;

use super::test::Test;

/// EventBridge refuses a pattern with more alternatives.
pub const MAX_ALTERNATIVES: usize = 1_000;

/// Fields that must all match, by their path with dots. EventBridge compares them in the order of their
/// paths, which matters for `exists: false` in arrays.
pub type Alternative = BTreeMap<String, Field>;

#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The place in the pattern: `$or[0].dynamodb.NewImage.status.S`.
    pub place: String,
    /// The names along the path, as the pattern writes them.
    pub names: Vec<String>,
    /// One of them must match.
    pub tests: Vec<Test>,
    /// The place of the field with the same path that this one replaces.
    pub replaces: Option<String>,
}

/// Adds a field to each alternative. It replaces a field with the same path, as in EventBridge.
pub fn require(alternatives: &mut [Alternative], field: &Field) {
    let path = field.names.join(".");
    for alternative in alternatives {
        let replaces = alternative.get(&path).map(|other| other.place.clone());
        alternative.insert(path.clone(), Field { replaces, ..field.clone() });
    }
}
