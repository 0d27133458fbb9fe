use std::ptr;

use serde_json::Value as Json;

use crate::schema::Schema;
use crate::schema::references::{Files, target};

/// The schemas that apply to one value, each with the file that has it. Those behind `$ref` and in `allOf`, `if` and
/// so on apply to the same value.
pub struct Applied<'s> {
    files: &'s Files,
    schemas: Vec<(&'s Json, &'s Json)>,
}

impl<'s> Applied<'s> {
    pub fn to_whole(schema: &'s Schema) -> Self {
        let mut applied = Self { files: &schema.files, schemas: Vec::new() };
        applied.add(&schema.document, &schema.document);
        applied
    }

    /// Returns whether a schema has a property with this name.
    pub fn has_name(&self, name: &str) -> bool {
        self.schemas.iter().any(|(schema, _)| has_name(schema, name))
    }

    pub fn to_member(&self, name: &str) -> Self {
        self.below(|schema| {
            let named = schema["properties"].get(name);
            let by_pattern = schema["patternProperties"].as_object().into_iter().flat_map(|it| it.values());
            let others = ["additionalProperties", "unevaluatedProperties"].map(|keyword| schema.get(keyword));
            named.into_iter().chain(by_pattern).chain(others.into_iter().flatten()).collect()
        })
    }

    pub fn to_element(&self, index: usize) -> Self {
        self.below(|schema| {
            let others = ["items", "contains", "unevaluatedItems"].map(|keyword| schema.get(keyword));
            schema["prefixItems"].get(index).into_iter().chain(others.into_iter().flatten()).collect()
        })
    }

    fn below(&self, subschemas: impl Fn(&'s Json) -> Vec<&'s Json>) -> Self {
        let mut below = Self { files: self.files, schemas: Vec::new() };
        for (schema, file) in &self.schemas {
            subschemas(schema).into_iter().for_each(|subschema| below.add(subschema, file));
        }
        below
    }

    fn add(&mut self, schema: &'s Json, file: &'s Json) {
        if self.schemas.iter().any(|(known, _)| ptr::eq(*known, schema)) {
            return;
        }
        self.schemas.push((schema, file));
        for (name, value) in schema.as_object().into_iter().flatten() {
            self.add_in_place(name, value, file);
        }
    }

    fn add_in_place(&mut self, keyword: &str, value: &'s Json, file: &'s Json) {
        match (keyword, value) {
            ("$ref" | "$dynamicRef", Json::String(reference)) => {
                let found = target(reference, file, self.files);
                found.into_iter().for_each(|(schema, file)| self.add(schema, file));
            }
            ("allOf" | "anyOf" | "oneOf", Json::Array(schemas)) => {
                schemas.iter().for_each(|schema| self.add(schema, file));
            }
            ("dependentSchemas", Json::Object(schemas)) => {
                schemas.values().for_each(|schema| self.add(schema, file));
            }
            ("if" | "then" | "else" | "not", schema) => self.add(schema, file),
            _ => {}
        }
    }
}

fn has_name(schema: &Json, name: &str) -> bool {
    let lists = |names: &Json| names.as_array().is_some_and(|names| names.iter().any(|it| it == name));
    let dependent = schema["dependentRequired"].as_object();
    ["properties", "dependentSchemas", "dependentRequired"]
        .iter()
        .any(|keyword| schema[*keyword].get(name).is_some())
        || lists(&schema["required"])
        || dependent.is_some_and(|names| names.values().any(lists))
}
