use serde_json::{Value as Json, json};

use super::converted::Converted;
use super::definitions::Definitions;
use super::path::SchemaPath;

impl<'d> Definitions<'d> {
    /// Converts a keyword with subschemas. `below` is its value.
    pub(super) fn applicator(
        &mut self,
        name: &str,
        at: &SchemaPath<'d>,
        below: &SchemaPath<'d>,
        converted: &mut Converted,
    ) {
        match name {
            "not" => converted.insert(name, self.schema(below.clone())),
            "allOf" => converted.all_of.extend(self.array(below)),
            "anyOf" | "oneOf" => converted.insert(name, self.array(below).into()),
            "properties" | "patternProperties" => converted.insert(name, self.map(below)),
            "additionalProperties" => converted.insert(name, self.schema_or_bool(below)),
            "prefixItems" => converted.insert("items", self.array(below).into()),
            "items" if at.has("prefixItems") => {
                converted.insert("additionalItems", self.schema_or_bool(below))
            }
            "items" => converted.insert(name, self.schema(below.clone())),
            "contains" => self.contains(at, below, converted),
            "if" => self.conditional(at, below, converted),
            "dependentSchemas" => converted.all_of.push(json!({"dependencies": self.map(below)})),
            _ => {
                _ = self.refuse(
                    at,
                    name,
                    "has no equivalent in draft 4, which EventBridge's schema registry needs",
                )
            }
        }
    }

    /// Converts `contains` to: not every element is invalid.
    fn contains(&mut self, at: &SchemaPath<'d>, below: &SchemaPath<'d>, converted: &mut Converted) {
        let minimum = at.get("minContains").and_then(Json::as_f64).unwrap_or(1.0);
        let counts = "counts elements, which draft 4 cannot; EventBridge's schema registry needs draft 4";
        if at.has("maxContains") {
            _ = self.refuse(at, "maxContains", counts);
        } else if minimum == 1.0 {
            let none = json!({"items": {"not": self.schema(below.clone())}});
            converted.all_of.push(json!({"anyOf": [{"not": {"type": "array"}}, {"not": none}]}));
        } else if minimum != 0.0 {
            _ = self.refuse(at, "minContains", counts);
        }
    }

    /// Converts `if` to alternatives: the condition fails or `then` holds; the condition holds or `else`
    /// holds.
    fn conditional(&mut self, at: &SchemaPath<'d>, below: &SchemaPath<'d>, converted: &mut Converted) {
        let holds = self.schema(below.clone());
        let fails = json!({"not": holds});
        for (name, otherwise) in [("then", fails), ("else", holds)] {
            if let Some(value) = at.get(name) {
                let schema = self.schema(at.child(name, value));
                converted.all_of.push(json!({"anyOf": [otherwise, schema]}));
            }
        }
    }

    fn schema_or_bool(&mut self, at: &SchemaPath<'d>) -> Json {
        match at.subschema.schema {
            Json::Bool(value) => Json::Bool(*value),
            _ => self.schema(at.clone()),
        }
    }

    fn array(&mut self, at: &SchemaPath<'d>) -> Vec<Json> {
        let elements = at.subschema.schema.as_array().into_iter().flatten().enumerate();
        elements.map(|(index, schema)| self.schema(at.child(&index.to_string(), schema))).collect()
    }

    fn map(&mut self, at: &SchemaPath<'d>) -> Json {
        let members = at.subschema.schema.as_object().into_iter().flatten();
        let members = members.map(|(name, schema)| (name.clone(), self.schema(at.child(name, schema))));
        Json::Object(members.collect())
    }
}
