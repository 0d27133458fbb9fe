use serde_json::{Map, Value as Json};

use crate::schema::Keyword;

/// The members of an original schema.
#[derive(Clone, Copy)]
pub struct Members<'d>(pub &'d Map<String, Json>);

impl Members<'_> {
    pub fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Returns true if there are constraints beside `$ref`.
    pub fn has_more_than_ref(self) -> bool {
        let is_constraint =
            |name: &String| name != "$ref" && name != "$defs" && !is_name(name) && !is_annotation(name);
        self.0.keys().any(is_constraint)
    }
}

pub fn is_annotation(name: &str) -> bool {
    matches!(Keyword::of(name), Some(Keyword::Annotation) | None)
}

/// Returns true for the keywords that name a file. The converted document has its own.
pub fn is_name(name: &str) -> bool {
    matches!(name, "$id" | "$schema")
}
