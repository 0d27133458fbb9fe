use std::collections::BTreeSet;

use serde_json::Value as Json;
use tablecast_definitions::problem::{Problem, Rule};
use tablecast_pipeline::expression::Shape;

use super::types::{allowed, type_of, with_article};
use crate::schema::{ContentModel, Location};

/// Compares the data of one rule with one schema.
pub struct Comparison<'f> {
    file: &'f str,
    event_type: &'f str,
    pub problems: Vec<Problem>,
}

impl<'f> Comparison<'f> {
    pub fn new(file: &'f str, event_type: &'f str) -> Self {
        Self { file, event_type, problems: Vec::new() }
    }

    pub fn compare(&mut self, shape: &Shape, location: &Location<'_>, path: &str, depth: usize) {
        match shape {
            _ if depth == 0 => {}
            Shape::Unknown => self.compare_unknown(location, path, &mut BTreeSet::new()),
            Shape::Constant(value) => self.compare_constant(value, location, path),
            Shape::Text => self.compare_type("string", location, path),
            Shape::Boolean => self.compare_type("boolean", location, path),
            // A key of type N can be a whole number in each item.
            Shape::Number if location.allows_type("integer") => {}
            Shape::Number => self.compare_type("number", location, path),
            Shape::List(element) => {
                self.compare_type("array", location, path);
                self.compare(element, &location.element(), &format!("{path}[]"), depth - 1);
            }
            Shape::Object(fields) => self.compare_object(fields, location, path, depth),
            Shape::Any(shapes) => shapes.iter().for_each(|shape| self.compare(shape, location, path, depth)),
        }
    }

    /// Returns the name of the schema file, for messages.
    pub(super) fn schema(&self) -> String {
        format!("schemas/{}.json", self.event_type)
    }

    pub(super) fn report(&mut self, rule: Rule, path: &str, reason: String) {
        let problem = Problem::new(rule, self.file, path, reason);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn compare_type(&mut self, name: &str, location: &Location<'_>, path: &str) {
        if !location.allows_type(name) {
            let (actual, allowed) = (with_article(name), allowed(location));
            let reason = format!("is {actual}, but {} allows only {allowed}", self.schema());
            self.report(Rule::DataType, path, reason);
        }
    }

    fn compare_constant(&mut self, value: &Json, location: &Location<'_>, path: &str) {
        let before = self.problems.len();
        self.compare_type(type_of(value), location, path);
        if let Some(values) = location.allowed_values()
            && before == self.problems.len()
            && !values.contains(&value)
        {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            let reason = format!("is {value}, but {} allows only {}", self.schema(), values.join(", "));
            self.report(Rule::DataValue, path, reason);
        }
    }

    fn compare_object(
        &mut self,
        fields: &[(String, Shape)],
        location: &Location<'_>,
        path: &str,
        depth: usize,
    ) {
        self.compare_type("object", location, path);
        let is_given = |name: &str| fields.iter().any(|(field, _)| field == name);
        for name in location.required().into_iter().filter(|name| !is_given(name)) {
            let reason = format!("is missing, but {} requires it", self.schema());
            self.report(Rule::DataMissing, &format!("{path}.{name}"), reason);
        }
        let names = location.property_names();
        for (name, shape) in fields {
            let path = format!("{path}.{name}");
            match names.contains(name.as_str()) {
                true => self.compare(shape, &location.property(name), &path, depth - 1),
                false => self.compare_additional(shape, location, &path, depth),
            }
        }
    }

    /// Compares a field that is not a named property.
    fn compare_additional(&mut self, shape: &Shape, location: &Location<'_>, path: &str, depth: usize) {
        if location.content_model() != ContentModel::Open {
            let reason = format!("is not a property in {}", self.schema());
            self.report(Rule::DataUnnamed, path, reason);
        } else if let Some(additional) = location.additional_property() {
            self.compare(shape, &additional, path, depth - 1);
        }
    }
}
