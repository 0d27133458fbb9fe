use serde_json::{Value as Json, json};

use super::converted::Converted;
use super::definitions::{Definitions, Draft};
use super::path::SchemaPath;
use crate::schema::Keyword;

impl<'d> Definitions<'d> {
    pub(super) fn schema(&mut self, at: SchemaPath<'d>) -> Json {
        match at.subschema.schema {
            Json::Bool(false) => json!({"not": {}}),
            Json::Object(_) => self.object(&at),
            _ => json!({}),
        }
    }

    fn object(&mut self, at: &SchemaPath<'d>) -> Json {
        let mut converted = Converted::default();
        if let Some(reference) = at.get("$ref").and_then(Json::as_str) {
            let target = self.reference(reference, at);
            // Older drafts ignore the keywords beside a `$ref`.
            match has_more_than_ref(at) {
                true => converted.all_of.push(target),
                false => return target,
            }
        }
        for (name, value) in at.subschema.schema.as_object().into_iter().flatten() {
            self.keyword(name, value, at, &mut converted);
        }
        converted.finish()
    }

    fn keyword(&mut self, name: &str, value: &'d Json, at: &SchemaPath<'d>, converted: &mut Converted) {
        match name {
            "$ref" | "$defs" | "then" | "else" | "minContains" | "maxContains" => {}
            "$id" if !at.path.is_empty() => {
                _ = self.refuse(at, name, "is supported at the top of a file only; remove it")
            }
            "title" | "description" | "default" => converted.insert(name, value.clone()),
            _ if is_name(name) || is_annotation(name) => {}
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                converted.insert(name, count(value));
            }
            "type" | "minimum" | "maximum" | "multipleOf" | "pattern" | "format" | "uniqueItems" => {
                converted.insert(name, value.clone());
            }
            "required" if value.as_array().is_none_or(Vec::is_empty) => {}
            "required" => converted.insert(name, value.clone()),
            "enum" => converted.insert_enum(value),
            "const" if at.has("enum") => converted.all_of.push(json!({"enum": [value]})),
            "const" => converted.insert("enum", json!([value])),
            "exclusiveMinimum" | "exclusiveMaximum" if self.draft == Draft::Seven => {
                converted.insert(name, value.clone())
            }
            "exclusiveMinimum" => converted.insert_exclusive(name, "minimum", value, at.has("minimum")),
            "exclusiveMaximum" => converted.insert_exclusive(name, "maximum", value, at.has("maximum")),
            "dependentRequired" => converted.insert_dependencies(value),
            "dependencies" => {
                _ = self.refuse(
                    at,
                    name,
                    "is a keyword of an older draft; use dependentRequired or dependentSchemas",
                )
            }
            _ => self.applicator(name, at, &at.child(name, value), converted),
        }
    }
}

/// Returns true if there are constraints beside `$ref`.
fn has_more_than_ref(at: &SchemaPath<'_>) -> bool {
    let mut names = at.subschema.schema.as_object().into_iter().flat_map(|members| members.keys());
    names.any(|name| name != "$ref" && name != "$defs" && !is_name(name) && !is_annotation(name))
}

/// Validators do not evaluate annotations and unknown keywords. They still evaluate `dependencies`.
fn is_annotation(name: &str) -> bool {
    name != "dependencies" && matches!(Keyword::of(name), Some(Keyword::Annotation) | None)
}

/// Returns true for the keywords that name a file. The converted document has its own.
fn is_name(name: &str) -> bool {
    matches!(name, "$id" | "$schema")
}

/// Returns a count as a whole number. In 2020-12, `2.0` is one too.
fn count(value: &Json) -> Json {
    let count = value.as_f64().filter(|_| value.is_f64());
    count.map_or_else(|| value.clone(), |count| json!(count as u64))
}
