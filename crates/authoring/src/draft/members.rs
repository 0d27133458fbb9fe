//! What each keyword of 2020-12 is in the older drafts.

use serde_json::{Map, Value as Json, json};

use super::{At, Definitions, Draft};
use crate::schema::{Keyword, keyword};

/// The members of a schema in 2020-12.
#[derive(Clone, Copy)]
pub struct Members<'d>(&'d Map<String, Json>);

/// The schema as it becomes.
#[derive(Default)]
struct Said {
    members: Map<String, Json>,
    /// What must hold beside them.
    also: Vec<Json>,
}

impl<'d> Members<'d> {
    pub fn of(schema: &'d Json) -> Option<Self> {
        schema.as_object().map(Self)
    }

    fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether it says more than the one keyword, notes aside.
    fn says_more_than(self, only: &str) -> bool {
        let is_more = |name: &String| name != only && name != "$defs" && !is_name(name) && !is_note(name);
        self.0.keys().any(is_more)
    }
}

fn is_note(name: &str) -> bool {
    matches!(keyword(name), Some(Keyword::Note) | None)
}

/// What a file is called: the document that it becomes a part of has its own.
fn is_name(name: &str) -> bool {
    matches!(name, "$id" | "$schema")
}

impl Said {
    fn finish(mut self) -> Json {
        if !self.also.is_empty() {
            self.members.insert("allOf".into(), self.also.into());
        }
        Json::Object(self.members)
    }

    fn insert(&mut self, name: &str, value: Json) {
        self.members.insert(name.to_owned(), value);
    }

    /// A limit that is not allowed itself: in draft 4 the limit, and a note that it is not.
    fn exclusive(&mut self, name: &str, limit: &str, value: &Json, members: Members<'_>) {
        let both = json!({limit: value, name: true});
        match (members.has(limit), both) {
            (false, Json::Object(both)) => self.members.extend(both),
            (_, both) => self.also.push(both),
        }
    }
}

impl<'d> Definitions<'d> {
    pub(super) fn members(&mut self, members: Members<'d>, at: &At<'d>) -> Json {
        let mut said = Said::default();
        if let Some(reference) = members.0.get("$ref").and_then(Json::as_str) {
            let target = self.refer(reference, at);
            // Older drafts pass over what stands beside a $ref.
            match members.says_more_than("$ref") {
                true => said.also.push(target),
                false => return target,
            }
        }
        for (name, value) in members.0 {
            self.keyword(name, value, members, at, &mut said);
        }
        said.finish()
    }

    fn keyword(&mut self, name: &str, value: &'d Json, members: Members<'d>, at: &At<'d>, said: &mut Said) {
        let below = at.below(name, value);
        match name {
            "$ref" | "$defs" | "then" | "else" | "minContains" | "maxContains" => {}
            "$id" if !at.path.is_empty() => _ = self.cannot(at, name, "names a part of a file"),
            "title" | "description" | "default" => said.insert(name, value.clone()),
            _ if is_name(name) || is_note(name) => {}
            "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                said.insert(name, whole(value));
            }
            "type" | "minimum" | "maximum" | "multipleOf" | "pattern" | "format" | "uniqueItems" => {
                said.insert(name, value.clone());
            }
            "required" if value.as_array().is_none_or(Vec::is_empty) => {}
            "required" => said.insert(name, value.clone()),
            "enum" => said.also.extend(one_of(value, &mut said.members)),
            "const" if members.has("enum") => said.also.push(json!({"enum": [value]})),
            "const" => said.insert("enum", json!([value])),
            "exclusiveMinimum" | "exclusiveMaximum" if self.draft == Draft::Seven => {
                said.insert(name, value.clone())
            }
            "exclusiveMinimum" => said.exclusive(name, "minimum", value, members),
            "exclusiveMaximum" => said.exclusive(name, "maximum", value, members),
            "not" => said.insert(name, self.schema(below)),
            "allOf" => said.also.extend(self.list(&below)),
            "anyOf" | "oneOf" => said.insert(name, self.list(&below).into()),
            "properties" | "patternProperties" => said.insert(name, self.each(&below)),
            "additionalProperties" => said.insert(name, self.schema_or_truth(below)),
            "prefixItems" => said.insert("items", self.list(&below).into()),
            "items" if members.has("prefixItems") => {
                said.insert("additionalItems", self.schema_or_truth(below))
            }
            "items" => said.insert(name, self.schema(below)),
            "contains" => self.contains(members, at, below, said),
            "if" => self.conditional(members, at, below, said),
            "dependentRequired" => said.also.extend(dependencies(value)),
            "dependentSchemas" => said.also.push(json!({"dependencies": self.each(&below)})),
            _ => _ = self.cannot(at, name, "cannot be said in draft 4, which is all that the registry knows"),
        }
    }

    /// `not all elements are not` one.
    fn contains(&mut self, members: Members<'d>, at: &At<'d>, below: At<'d>, said: &mut Said) {
        let count = |name: &str| members.0.get(name).and_then(Json::as_f64);
        let counted = if members.has("maxContains") { "maxContains" } else { "minContains" };
        match (count("minContains"), counted) {
            (None | Some(1.0), "minContains") => {
                let none = json!({"items": {"not": self.schema(below)}});
                said.also.push(json!({"anyOf": [{"not": {"type": "array"}}, {"not": none}]}));
            }
            (Some(0.0), "minContains") => {}
            _ => {
                _ = self.cannot(
                    at,
                    counted,
                    "counts: draft 4, which is all that the registry knows, does not",
                )
            }
        }
    }

    /// If it holds then this, or it does not hold; if not that, or it does.
    fn conditional(&mut self, members: Members<'d>, at: &At<'d>, below: At<'d>, said: &mut Said) {
        let holds = self.schema(below);
        let fails = json!({"not": holds});
        for (name, otherwise) in [("then", fails), ("else", holds)] {
            if let Some(value) = members.0.get(name) {
                let schema = self.schema(at.below(name, value));
                said.also.push(json!({"anyOf": [otherwise, schema]}));
            }
        }
    }

    fn schema_or_truth(&mut self, at: At<'d>) -> Json {
        match at.node.schema {
            Json::Bool(truth) => Json::Bool(*truth),
            _ => self.schema(at),
        }
    }

    fn list(&mut self, at: &At<'d>) -> Vec<Json> {
        let elements = at.node.schema.as_array().into_iter().flatten().enumerate();
        elements.map(|(index, schema)| self.schema(at.below(&index.to_string(), schema))).collect()
    }

    fn each(&mut self, at: &At<'d>) -> Json {
        let members = at.node.schema.as_object().into_iter().flatten();
        let members = members.map(|(name, schema)| (name.clone(), self.schema(at.below(name, schema))));
        Json::Object(members.collect())
    }
}

/// A count: `2.0` is one in 2020-12 only.
fn whole(value: &Json) -> Json {
    let count = value.as_f64().filter(|_| value.is_f64());
    count.map_or_else(|| value.clone(), |count| json!(count as u64))
}

/// Draft 4 wants some values, each once; what no value satisfies is said otherwise.
fn one_of(values: &Json, members: &mut Map<String, Json>) -> Option<Json> {
    let mut unique: Vec<&Json> = Vec::new();
    for value in values.as_array().into_iter().flatten() {
        if !unique.contains(&value) {
            unique.push(value);
        }
    }
    match unique.is_empty() {
        true => Some(json!({"not": {}})),
        false => {
            members.insert("enum".into(), json!(unique));
            None
        }
    }
}

/// Draft 4 wants at least one name in each.
fn dependencies(value: &Json) -> Option<Json> {
    let names = |names: &Json| names.as_array().is_some_and(|names| !names.is_empty());
    let members = value.as_object().into_iter().flatten().filter(|(_, needed)| names(needed));
    let needed: Map<String, Json> = members.map(|(name, needed)| (name.clone(), needed.clone())).collect();
    (!needed.is_empty()).then(|| json!({ "dependencies": needed }))
}
