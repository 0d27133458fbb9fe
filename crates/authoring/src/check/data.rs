//! Whether the data of a pipe's rules can satisfy its schema, as far as that is known before there is a record.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::schema::{Library, Place, Rest};
use tablecast_definitions::problem::{Problem, Rule, Source};
use tablecast_pipeline::expression::Shape;
use tablecast_pipeline::pipe::Pipes;

/// Recursive schemas end nowhere.
const DEPTH: usize = 16;

pub fn problems(pipes: &Pipes, sources: &[Source]) -> Vec<Problem> {
    let library = Library::new(pipes.schemas().iter().map(|(_, schema)| &schema.document));
    let mut problems = Vec::new();
    for pipe in pipes.iter() {
        let Some(source) = sources.iter().find(|source| source.name == pipe.name) else { continue };
        for (path, event_type, shape) in pipe.emits() {
            let Some(schema) = pipes.schemas().get(event_type) else { continue };
            let mut fit = Fit { file: &source.file, event_type, problems: Vec::new() };
            fit.fits(&shape, &library.root(&schema.document), &format!("{path}.data"), DEPTH);
            problems.append(&mut fit.problems);
        }
    }
    problems
}

struct Fit<'f> {
    file: &'f str,
    event_type: &'f str,
    problems: Vec<Problem>,
}

impl Fit<'_> {
    fn fits(&mut self, shape: &Shape, place: &Place<'_>, path: &str, depth: usize) {
        match shape {
            _ if depth == 0 => {}
            Shape::Unknown => self.anything(place, path, &mut BTreeSet::new()),
            Shape::Constant(value) => self.constant(value, place, path),
            Shape::Text => self.is("string", place, path),
            Shape::Truth => self.is("boolean", place, path),
            Shape::List(element) => {
                self.is("array", place, path);
                self.fits(element, &place.element(), &format!("{path}[]"), depth - 1);
            }
            Shape::Object(fields) => self.object(fields, place, path, depth),
            Shape::Any(shapes) => shapes.iter().for_each(|shape| self.fits(shape, place, path, depth)),
        }
    }

    fn wrong(&mut self, rule: Rule, path: &str, reason: String) {
        let problem = Problem::new(rule, self.file, path, reason);
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
    }

    fn is(&mut self, name: &str, place: &Place<'_>, path: &str) {
        if !place.allows(name) {
            let reason = format!("is {}; schemas/{}.json wants {}", a(name), self.event_type, wanted(place));
            self.wrong(Rule::DataType, path, reason);
        }
    }

    fn constant(&mut self, value: &Json, place: &Place<'_>, path: &str) {
        let before = self.problems.len();
        self.is(type_of(value), place, path);
        if let Some(values) = place.values()
            && before == self.problems.len()
            && !values.contains(&value)
        {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            let reason = format!("is {value}; schemas/{}.json allows {}", self.event_type, values.join(", "));
            self.wrong(Rule::DataValue, path, reason);
        }
    }

    fn object(&mut self, fields: &[(String, Shape)], place: &Place<'_>, path: &str, depth: usize) {
        self.is("object", place, path);
        let given = |name: &str| fields.iter().any(|(field, _)| field == name);
        for name in place.required().into_iter().filter(|name| !given(name)) {
            let reason = format!("is never given; schemas/{}.json requires it", self.event_type);
            self.wrong(Rule::DataMissing, &format!("{path}.{name}"), reason);
        }
        let names = place.names();
        for (name, shape) in fields {
            let path = format!("{path}.{name}");
            match names.contains(name.as_str()) {
                true => self.fits(shape, &place.property(name), &path, depth - 1),
                false if place.rest() == Rest::Open => {
                    let others = place.others();
                    others.into_iter().for_each(|others| self.fits(shape, &others, &path, depth - 1));
                }
                false => {
                    let reason = format!("has no place in schemas/{}.json", self.event_type);
                    self.wrong(Rule::DataUnnamed, &path, reason);
                }
            }
        }
    }

    /// What the table holds may be an object with members that nobody named.
    fn anything(&mut self, place: &Place<'_>, path: &str, seen: &mut BTreeSet<Vec<usize>>) {
        if place.values().is_some() || !seen.insert(place.id()) {
            return;
        }
        if place.allows("object") {
            if place.rest() == Rest::Unsaid {
                let reason = format!(
                    "gives all that the table holds there, and schemas/{}.json does not say whether there may be more than \
                     it names: make an object of what may leave the table, {{\"{}\": ...}}, or say additionalProperties, \
                     true or false, in the schema",
                    self.event_type,
                    place.names().first().unwrap_or(&"name")
                );
                self.wrong(Rule::DataUnnamed, path, reason);
                return;
            }
            place.names().into_iter().for_each(|name| {
                self.anything(&place.property(name), &format!("{path}.{name}"), seen);
            });
            let others = place.others();
            others.into_iter().for_each(|others| self.anything(&others, &format!("{path}.*"), seen));
        }
        if place.allows("array") && place.has_elements() {
            self.anything(&place.element(), &format!("{path}[]"), seen);
        }
    }
}

fn a(name: &str) -> String {
    match name {
        "null" => name.to_owned(),
        "array" | "object" | "integer" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

fn wanted(place: &Place<'_>) -> String {
    match &place.types()[..] {
        [] => "nothing".to_owned(),
        types => types.join(" or "),
    }
}

fn type_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(number)
            if number.is_f64() && number.as_f64().is_some_and(|value| value.fract() != 0.0) =>
        {
            "number"
        }
        Json::Number(_) => "integer",
        Json::String(_) => "string",
        Json::Array(_) => "array",
        Json::Object(_) => "object",
    }
}
