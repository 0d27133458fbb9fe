use serde_json::{Value as Json, json};

use super::converted::Converted;
use super::definitions::{Definitions, Draft};
use super::members::{Members, is_annotation, is_name};
use super::path::SchemaPath;

impl<'d> Definitions<'d> {
    pub(super) fn schema(&mut self, at: SchemaPath<'d>) -> Json {
        match at.subschema.schema {
            Json::Bool(false) => json!({"not": {}}),
            Json::Object(members) => self.object(Members(members), &at),
            _ => json!({}),
        }
    }

    fn object(&mut self, members: Members<'d>, at: &SchemaPath<'d>) -> Json {
        let mut converted = Converted::default();
        if let Some(reference) = members.0.get("$ref").and_then(Json::as_str) {
            let target = self.reference(reference, at);
            // Older drafts ignore the keywords beside a `$ref`.
            match members.has_more_than_ref() {
                true => converted.all_of.push(target),
                false => return target,
            }
        }
        for (name, value) in members.0 {
            self.keyword(name, value, members, at, &mut converted);
        }
        converted.finish()
    }

    fn keyword(
        &mut self,
        name: &str,
        value: &'d Json,
        members: Members<'d>,
        at: &SchemaPath<'d>,
        converted: &mut Converted,
    ) {
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
            "const" if members.has("enum") => converted.all_of.push(json!({"enum": [value]})),
            "const" => converted.insert("enum", json!([value])),
            "exclusiveMinimum" | "exclusiveMaximum" if self.draft == Draft::Seven => {
                converted.insert(name, value.clone())
            }
            "exclusiveMinimum" => converted.insert_exclusive(name, "minimum", value, members.has("minimum")),
            "exclusiveMaximum" => converted.insert_exclusive(name, "maximum", value, members.has("maximum")),
            "dependentRequired" => converted.insert_dependencies(value),
            _ => self.applicator(name, members, at, &at.child(name, value), converted),
        }
    }
}

/// Returns a count as a whole number. In 2020-12, `2.0` is one too.
fn count(value: &Json) -> Json {
    let count = value.as_f64().filter(|_| value.is_f64());
    count.map_or_else(|| value.clone(), |count| json!(count as u64))
}
