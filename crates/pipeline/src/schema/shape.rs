//! Finds values that a keyword of a schema cannot have.

mod names;
mod values;

pub use names::property as property_name_mistake;
use serde_json::Value as Json;
use tablecast_values::pointer::escaped;

use super::keyword::Keyword;

/// A mistake: its path in the file, and the reason.
pub type Mistake = (String, String);

/// Returns all mistakes of a schema and of the schemas in it.
pub fn mistakes(schema: &Json) -> Vec<Mistake> {
    let mut found = Vec::new();
    visit(schema, "", &mut found);
    found
}

fn visit(schema: &Json, path: &str, found: &mut Vec<Mistake>) {
    let members = match schema {
        Json::Object(members) => members,
        Json::Bool(_) => return,
        _ => return found.push((path.to_owned(), "must be a schema: an object, true or false".to_owned())),
    };
    for (name, value) in members {
        let path = format!("{path}/{}", escaped(name));
        match Keyword::of(name) {
            Some(Keyword::Schema) => visit(value, &path, found),
            Some(Keyword::SchemaArray) => list(value, &path, found),
            Some(Keyword::SchemaMap) => map(name, value, &path, found),
            Some(Keyword::Assertion | Keyword::Annotation) => {
                found.extend(values::mistake(name, value).map(|reason| (path, reason)));
            }
            None => {}
        }
    }
}

fn list(value: &Json, path: &str, found: &mut Vec<Mistake>) {
    match value.as_array().filter(|schemas| !schemas.is_empty()) {
        Some(schemas) => {
            for (index, schema) in schemas.iter().enumerate() {
                visit(schema, &format!("{path}/{index}"), found);
            }
        }
        None => found.push((path.to_owned(), "must be a list of at least one schema".to_owned())),
    }
}

fn map(keyword: &str, value: &Json, path: &str, found: &mut Vec<Mistake>) {
    let Some(schemas) = value.as_object() else {
        return found.push((path.to_owned(), "must be an object whose members are schemas".to_owned()));
    };
    for (name, schema) in schemas {
        let path = format!("{path}/{}", escaped(name));
        found.extend(names::mistake(keyword, name).map(|reason| (path.clone(), reason)));
        visit(schema, &path, found);
    }
}

#[cfg(test)]
mod tests;
