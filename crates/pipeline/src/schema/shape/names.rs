use crate::schema::pattern;

/// Returns why a member of `properties`, `patternProperties` and so on cannot have this name.
pub fn mistake(keyword: &str, name: &str) -> Option<String> {
    match keyword {
        "patternProperties" => pattern::mistake(name),
        "properties" | "dependentSchemas" => property(name),
        _ => None,
    }
}

/// Returns why clients could not check a property with this name.
pub fn property(name: &str) -> Option<String> {
    match name {
        "" => Some("is a property whose name has no letters: rename it".to_owned()),
        // JavaScript gives this name another meaning.
        "__proto__" => Some("is a property that JavaScript clients cannot check: rename it".to_owned()),
        _ => None,
    }
}
