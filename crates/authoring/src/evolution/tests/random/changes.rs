use serde_json::{Map, Value as Json, json};

use super::generator::Generator;

impl Generator {
    /// Changes one random subschema.
    pub fn change(&self, schema: &Json) -> Json {
        let mut changed = schema.clone();
        let mut pointers = Vec::new();
        collect_pointers(&changed, String::new(), &mut pointers);
        let pointer: &String = self.choose(&pointers);
        if let Some(subschema) = changed.pointer_mut(pointer).and_then(Json::as_object_mut) {
            self.change_subschema(subschema);
        }
        changed
    }

    fn change_subschema(&self, subschema: &mut Map<String, Json>) {
        let name = self.name();
        match self.below(15) {
            0..4 => {
                let properties = subschema.entry("properties").or_insert_with(|| json!({}));
                properties[name] = self.schema(1);
            }
            4 => _ = subschema.remove("required"),
            5 => _ = subschema.insert("required".into(), json!([name])),
            6 => _ = subschema.insert("additionalProperties".into(), self.leaf()),
            7 => _ = subschema.remove("additionalProperties"),
            8 => _ = subschema.insert("patternProperties".into(), json!({"^b": self.leaf()})),
            9 => _ = subschema.insert("allOf".into(), json!([self.schema(1)])),
            10 => _ = subschema.insert("minLength".into(), json!(0)),
            11 => _ = subschema.insert("maxProperties".into(), json!(self.below(3))),
            12 => _ = subschema.remove("maxProperties"),
            13 => _ = subschema.insert("not".into(), json!({"required": [name]})),
            _ => {
                let original = Json::Object(std::mem::take(subschema));
                subschema.insert("anyOf".into(), json!([original]));
            }
        }
    }
}

/// Collects the pointers of all subschemas that are objects.
fn collect_pointers(schema: &Json, path: String, pointers: &mut Vec<String>) {
    let Some(members) = schema.as_object() else { return };
    for (name, value) in members {
        match name.as_str() {
            "properties" | "patternProperties" | "dependentSchemas" | "dependencies" | "$defs" => {
                for (member, schema) in value.as_object().into_iter().flatten() {
                    collect_pointers(schema, format!("{path}/{name}/{member}"), pointers);
                }
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                for (index, schema) in value.as_array().into_iter().flatten().enumerate() {
                    collect_pointers(schema, format!("{path}/{name}/{index}"), pointers);
                }
            }
            "items" | "additionalProperties" | "not" | "if" | "then" | "contains" => {
                collect_pointers(value, format!("{path}/{name}"), pointers)
            }
            _ => {}
        }
    }
    pointers.push(path);
}
