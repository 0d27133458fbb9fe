//! Schemas, changes and events that nobody has chosen.

use std::cell::Cell;

use serde_json::{Value as Json, json};

use crate::schema::Place;

const NAMES: [&str; 4] = ["a", "b", "ab", "c"];

/// Chooses; the same seed gives the same choices.
pub struct Dice(Cell<u64>);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    fn roll(&self, sides: usize) -> usize {
        self.0.set(
            self.0.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407),
        );
        (self.0.get() >> 33) as usize % sides
    }

    fn of<'o, T>(&self, options: &'o [T]) -> &'o T {
        &options[self.roll(options.len())]
    }

    fn leaf(&self) -> Json {
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
        self.of(&leaves).clone()
    }

    fn schema(&self, depth: usize) -> Json {
        if depth == 0 {
            return self.leaf();
        }
        match self.roll(13) {
            0 => self.leaf(),
            1 => json!({"type": "array", "items": self.schema(depth - 1)}),
            2 => {
                json!({*self.of(&["anyOf", "oneOf", "allOf"]): [self.schema(depth - 1), self.schema(depth - 1)]})
            }
            3 => json!({"allOf": [self.object(depth), self.object(depth)]}),
            4 => json!({"$ref": "#/$defs/x"}),
            5 => {
                json!({"type": "array", "prefixItems": [self.schema(depth - 1)], "items": self.schema(depth - 1)})
            }
            6 => json!({"if": self.object(depth - 1), "then": self.object(depth - 1), "else": self.leaf()}),
            7 => json!({"type": "object", "dependentSchemas": {*self.of(&NAMES): self.object(depth - 1)}}),
            8 => json!({"type": "array", "contains": self.schema(depth - 1)}),
            _ => self.object(depth),
        }
    }

    fn object(&self, depth: usize) -> Json {
        let mut schema = json!({"type": "object", "properties": {}});
        for _ in 0..self.roll(4) {
            schema["properties"][*self.of(&NAMES)] = self.schema(depth.saturating_sub(1));
        }
        match self.roll(8) {
            0 => schema["additionalProperties"] = self.leaf(),
            1 => schema["required"] = json!([self.of(&NAMES)]),
            2 => schema["patternProperties"] = json!({"^a": self.leaf()}),
            3 => schema["maxProperties"] = json!(2),
            _ => {}
        }
        schema
    }

    pub fn document(&self) -> Json {
        let mut schema = self.object(3);
        schema["$defs"] = json!({"x": self.object(2)});
        // A definition that needs itself is another matter.
        schema["$defs"]["x"] = without_references(&schema["$defs"]["x"]);
        schema
    }

    /// One change, somewhere.
    pub fn change(&self, schema: &Json) -> Json {
        let mut changed = schema.clone();
        let mut places = Vec::new();
        pointers(&changed, String::new(), &mut places);
        let chosen: &String = self.of(&places);
        let Some(place) = changed.pointer_mut(chosen).and_then(Json::as_object_mut) else {
            return changed;
        };
        let name = *self.of(&NAMES);
        match self.roll(15) {
            0..4 => {
                let properties = place.entry("properties").or_insert_with(|| json!({}));
                properties[name] = self.schema(1);
            }
            4 => _ = place.remove("required"),
            5 => _ = place.insert("required".into(), json!([name])),
            6 => _ = place.insert("additionalProperties".into(), self.leaf()),
            7 => _ = place.remove("additionalProperties"),
            8 => _ = place.insert("patternProperties".into(), json!({"^b": self.leaf()})),
            9 => _ = place.insert("allOf".into(), json!([self.schema(1)])),
            10 => _ = place.insert("minLength".into(), json!(0)),
            11 => _ = place.insert("maxProperties".into(), json!(self.roll(3))),
            12 => _ = place.remove("maxProperties"),
            13 => _ = place.insert("not".into(), json!({"required": [name]})),
            _ => {
                *place =
                    json!({"anyOf": [Json::Object(place.clone())]}).as_object().cloned().unwrap_or_default()
            }
        }
        changed
    }

    fn event(&self, depth: usize) -> Json {
        let leaves =
            [json!("a"), json!("b"), json!(""), json!(1), json!(0), json!(1.5), json!(null), json!(true)];
        match self.roll(if depth == 0 { 1 } else { 4 }) {
            0 => self.of(&leaves).clone(),
            1 => (0..self.roll(3)).map(|_| self.event(depth - 1)).collect(),
            _ => Json::Object(
                (0..self.roll(4)).map(|_| ((*self.of(&NAMES)).to_owned(), self.event(depth - 1))).collect(),
            ),
        }
    }

    /// An event that is more or less as the schema says.
    pub fn like(&self, place: &Place<'_>, depth: usize) -> Json {
        let typed = |names: &[&str]| names.iter().any(|name| place.allows(name));
        if depth == 0 || self.roll(8) == 0 {
            return self.event(1);
        }
        if let Some(values) = place.values() {
            return values.get(self.roll(values.len().max(1))).map_or(Json::Null, |value| (*value).clone());
        }
        match typed(&["object"]) && (!place.names().is_empty() || self.roll(2) == 0) {
            true => {
                let required = place.required();
                let given = |name: &&str| required.contains(*name) || self.roll(3) > 0;
                let names = place
                    .names()
                    .into_iter()
                    .chain(required.iter().copied())
                    .chain(NAMES.into_iter().filter(|_| self.roll(6) == 0));
                let names: Vec<&str> = names.filter(given).collect();
                Json::Object(
                    names
                        .into_iter()
                        .map(|name| (name.to_owned(), self.like(&place.property(name), depth - 1)))
                        .collect(),
                )
            }
            false if typed(&["array"]) && place.has_elements() => {
                (0..self.roll(3)).map(|_| self.like(&place.element(), depth - 1)).collect()
            }
            false => self.event(1),
        }
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

/// The places of all schemas that are objects.
fn pointers(schema: &Json, path: String, found: &mut Vec<String>) {
    let Some(members) = schema.as_object() else { return };
    for (name, value) in members {
        match name.as_str() {
            "properties" | "patternProperties" | "dependentSchemas" | "$defs" => {
                value.as_object().into_iter().flatten().for_each(|(member, schema)| {
                    pointers(schema, format!("{path}/{name}/{member}"), found);
                })
            }
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                value.as_array().into_iter().flatten().enumerate().for_each(|(at, schema)| {
                    pointers(schema, format!("{path}/{name}/{at}"), found);
                })
            }
            "items" | "additionalProperties" | "not" | "if" | "then" | "contains" => {
                pointers(value, format!("{path}/{name}"), found)
            }
            _ => {}
        }
    }
    found.push(path);
}
