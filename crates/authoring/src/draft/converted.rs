use serde_json::{Map, Value as Json, json};

/// A schema in an older draft.
#[derive(Default)]
pub struct Converted {
    pub members: Map<String, Json>,
    /// Schemas that apply beside the members.
    pub all_of: Vec<Json>,
}

impl Converted {
    pub fn finish(mut self) -> Json {
        if !self.all_of.is_empty() {
            self.members.insert("allOf".into(), self.all_of.into());
        }
        Json::Object(self.members)
    }

    pub fn insert(&mut self, name: &str, value: Json) {
        self.members.insert(name.to_owned(), value);
    }

    /// Adds an exclusive limit. In draft 4 it is the limit and a boolean.
    pub fn insert_exclusive(&mut self, name: &str, limit: &str, value: &Json, has_limit: bool) {
        let both = json!({limit: value, name: true});
        match (has_limit, both) {
            (false, Json::Object(both)) => self.members.extend(both),
            (_, both) => self.all_of.push(both),
        }
    }

    /// Adds an `enum`. Draft 4 requires at least one value, and no value twice.
    pub fn insert_enum(&mut self, values: &Json) {
        let mut unique: Vec<&Json> = Vec::new();
        for value in values.as_array().into_iter().flatten() {
            if !unique.contains(&value) {
                unique.push(value);
            }
        }
        match unique.is_empty() {
            true => self.all_of.push(json!({"not": {}})),
            false => self.insert("enum", json!(unique)),
        }
    }

    /// Adds `dependentRequired`. Draft 4 requires at least one name in each list.
    pub fn insert_dependencies(&mut self, value: &Json) {
        let has_names = |names: &Json| names.as_array().is_some_and(|names| !names.is_empty());
        let members = value.as_object().into_iter().flatten().filter(|(_, names)| has_names(names));
        let dependencies: Map<String, Json> =
            members.map(|(name, names)| (name.clone(), names.clone())).collect();
        if !dependencies.is_empty() {
            self.all_of.push(json!({ "dependencies": dependencies }));
        }
    }
}
