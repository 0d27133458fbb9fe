use serde_json::{Value as Json, json};

use super::generator::Generator;

impl Generator {
    /// Returns a schema without subschemas, except for `not`.
    pub fn leaf(&self) -> Json {
        let leaves = [
            json!({"type": "string"}),
            json!({"type": "integer"}),
            json!({"type": "number", "minimum": 1}),
            json!({"type": ["string", "null"]}),
            json!({"enum": ["a", 1, null]}),
            json!({"const": "a"}),
            json!({"const": {"a": 1}}),
            json!({"type": "string", "minLength": 1, "pattern": "^a"}),
            json!({"not": {"type": "string"}}),
            json!({"type": "array"}),
            json!({"type": "object"}),
            json!({}),
            json!(true),
            json!(false),
        ];
        self.choose(&leaves).clone()
    }

    pub fn schema(&self, depth: usize) -> Json {
        if depth == 0 {
            return self.leaf();
        }
        match self.below(14) {
            0 => self.leaf(),
            1 => json!({"type": "array", "items": self.schema(depth - 1)}),
            2 => {
                let keyword = *self.choose(&["anyOf", "oneOf", "allOf"]);
                json!({keyword: [self.schema(depth - 1), self.schema(depth - 1)]})
            }
            3 => json!({"allOf": [self.object(depth), self.object(depth)]}),
            4 => json!({"$ref": "#/$defs/x"}),
            5 => {
                json!({"type": "array", "prefixItems": [self.schema(depth - 1)], "items": self.schema(depth - 1)})
            }
            6 => json!({"if": self.object(depth - 1), "then": self.object(depth - 1), "else": self.leaf()}),
            7 => json!({"type": "object", "dependentSchemas": {self.name(): self.object(depth - 1)}}),
            8 => json!({"type": "array", "contains": self.schema(depth - 1)}),
            9 => json!({"type": "object", "dependencies": {self.name(): self.object(depth - 1), "b": ["a"]}}),
            _ => self.object(depth),
        }
    }

    fn object(&self, depth: usize) -> Json {
        let mut schema = json!({"type": "object", "properties": {}});
        for _ in 0..self.below(4) {
            schema["properties"][self.name()] = self.schema(depth.saturating_sub(1));
        }
        match self.below(8) {
            0 => schema["additionalProperties"] = self.leaf(),
            1 => schema["required"] = json!([self.name()]),
            2 => schema["patternProperties"] = json!({"^a": self.leaf()}),
            3 => schema["maxProperties"] = json!(2),
            _ => {}
        }
        schema
    }

    /// Returns the schema of an event, with a definition that is not recursive.
    pub fn document(&self) -> Json {
        let mut schema = self.object(3);
        schema["$defs"] = json!({"x": without_references(&self.object(2))});
        schema
    }
}

fn without_references(schema: &Json) -> Json {
    match schema {
        Json::Object(members) if members.contains_key("$ref") => json!({"type": "string"}),
        Json::Object(members) => Json::Object(
            members.iter().map(|(name, schema)| (name.clone(), without_references(schema))).collect(),
        ),
        Json::Array(schemas) => schemas.iter().map(without_references).collect(),
        other => other.clone(),
    }
}
