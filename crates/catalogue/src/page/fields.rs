use tablecast_authoring::schema::Location;

use super::escape::{Escaped, Prose};
use crate::contents::{Contents, Event};

/// The schema itself describes deeper levels. A recursive schema has no end.
const MAX_DEPTH: usize = 5;
/// The types of JSON Schema, without `integer`, which `number` includes.
const ALL_TYPES: usize = 6;

/// Returns a table of the properties in an event's data.
pub fn table(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let mut rows = String::new();
    let root = Location::root(&contents.resolver, &event.schema.document);
    add_rows(&root, "", MAX_DEPTH, &mut rows);
    match rows.is_empty() {
        true => "<p>The schema names no fields.</p>\n".to_owned(),
        false => format!(
            "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th>\
             <th scope=\"col\">Description</th></tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
        ),
    }
}

/// Adds a row for each property, and then the rows of its own properties.
fn add_rows(location: &Location<'_>, path: &str, depth: usize, rows: &mut String) {
    if depth == 0 {
        return;
    }
    let required = location.required();
    for name in location.property_names() {
        let property = location.property(name);
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        rows.push_str(&row(&path, &property, required.contains(name)));
        add_rows(&property, &path, depth - 1, rows);
    }
    if location.has_elements() {
        add_rows(&location.element(), &format!("{path}[]"), depth - 1, rows);
    }
    if let Some(additional) = location.additional_property() {
        add_rows(&additional, &format!("{path}.*"), depth - 1, rows);
    }
}

fn row(path: &str, location: &Location<'_>, is_required: bool) -> String {
    let optional = if is_required { "" } else { " <span class=\"quiet\">optional</span>" };
    format!(
        "<tr><th scope=\"row\"><code>{}</code>{optional}</th><td data-label=\"Type\">{}</td><td data-label=\"Description\">{}</td></tr>\n",
        Escaped(path),
        Escaped(&type_text(location)),
        Prose(description(location)),
    )
}

/// Returns the allowed values, or the types with the format or the type of the elements.
fn type_text(location: &Location<'_>) -> String {
    type_of(location, MAX_DEPTH)
}

fn type_of(location: &Location<'_>, depth: usize) -> String {
    if let Some(values) = location.allowed_values() {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    }
    let types = location.types();
    let element = |name: &str| match name {
        "array" if depth > 0 && location.has_elements() => {
            format!("array of {}", type_of(&location.element(), depth - 1))
        }
        name => name.to_owned(),
    };
    let types = match types.len() < ALL_TYPES {
        true => types.iter().map(|name| element(name)).collect::<Vec<_>>().join(" or "),
        false => "any".to_owned(),
    };
    match location.subschemas().find_map(|it| it.schema["format"].as_str()) {
        Some(format) => format!("{types}, {format}"),
        None => types,
    }
}

/// Returns the first description. A description beside a `$ref` comes before the one of its target.
fn description<'d>(location: &Location<'d>) -> &'d str {
    location.subschemas().find_map(|it| it.get("description")?.as_str()).unwrap_or_default()
}
