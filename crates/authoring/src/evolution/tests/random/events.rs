use serde_json::{Value as Json, json};

use super::generator::{Generator, NAMES};
use crate::schema::Location;

impl Generator {
    /// Returns a value that has little to do with a schema.
    fn event(&self, depth: usize) -> Json {
        let leaves =
            [json!("a"), json!("b"), json!(""), json!(1), json!(0), json!(1.5), json!(null), json!(true)];
        match self.below(if depth == 0 { 1 } else { 4 }) {
            0 => self.choose(&leaves).clone(),
            1 => (0..self.below(3)).map(|_| self.event(depth - 1)).collect(),
            _ => {
                let members = (0..self.below(4)).map(|_| (self.name().to_owned(), self.event(depth - 1)));
                Json::Object(members.collect())
            }
        }
    }

    /// Returns a value that is often valid for the schema.
    pub fn event_like(&self, location: &Location<'_>, depth: usize) -> Json {
        if depth == 0 || self.below(8) == 0 {
            return self.event(1);
        }
        if let Some(values) = location.allowed_values() {
            let value = values.get(self.below(values.len().max(1)));
            return value.map_or(Json::Null, |value| (*value).clone());
        }
        let has_names = !location.property_names().is_empty();
        if location.allows_type("object") && (has_names || self.below(2) == 0) {
            self.object_like(location, depth)
        } else if location.allows_type("array") && location.has_elements() {
            (0..self.below(3)).map(|_| self.event_like(&location.element(), depth - 1)).collect()
        } else {
            self.event(1)
        }
    }

    fn object_like(&self, location: &Location<'_>, depth: usize) -> Json {
        let required = location.required();
        let others = NAMES.into_iter().filter(|_| self.below(6) == 0);
        let names = location.property_names().into_iter().chain(required.iter().copied()).chain(others);
        let names: Vec<&str> = names.filter(|name| required.contains(*name) || self.below(3) > 0).collect();
        let member = |name: &str| (name.to_owned(), self.event_like(&location.property(name), depth - 1));
        Json::Object(names.into_iter().map(member).collect())
    }
}
