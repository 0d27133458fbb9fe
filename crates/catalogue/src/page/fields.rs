//! What an event's data consists of, as a table.

use tablecast_authoring::schema::Place;

use super::escape::Escaped;
use crate::contents::{Contents, Event};

/// Deeper is read in the schema itself; a recursive one has no end.
const DEPTH: usize = 5;

pub fn table(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let mut rows = String::new();
    below(&contents.library.root(&event.schema.document), "", DEPTH, &mut rows);
    match rows.is_empty() {
        true => "<p>The schema names no fields.</p>\n".to_owned(),
        false => format!(
            "<div class=\"wide\" tabindex=\"0\"><table><thead><tr><th scope=\"col\">Field</th><th scope=\"col\">Type</th>\
             <th scope=\"col\">What</th></tr></thead>\n<tbody>{rows}</tbody></table></div>\n"
        ),
    }
}

/// A row for each member, then those of the member.
fn below(place: &Place<'_>, path: &str, depth: usize, rows: &mut String) {
    if depth == 0 {
        return;
    }
    let required = place.required();
    for name in place.names() {
        let property = place.property(name);
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        rows.push_str(&row(&path, &property, required.contains(name)));
        below(&property, &path, depth - 1, rows);
    }
    if place.has_elements() {
        below(&place.element(), &format!("{path}[]"), depth - 1, rows);
    }
    if let Some(others) = place.others() {
        below(&others, &format!("{path}.*"), depth - 1, rows);
    }
}

fn row(path: &str, place: &Place<'_>, required: bool) -> String {
    let optional = if required { "" } else { " <span class=\"quiet\">optional</span>" };
    format!(
        "<tr><th scope=\"row\"><code>{}</code>{optional}</th><td>{}</td><td>{}</td></tr>\n",
        Escaped(path),
        Escaped(&what(place)),
        Escaped(description(place)),
    )
}

/// Its values, or its types and format.
fn what(place: &Place<'_>) -> String {
    if let Some(values) = place.values() {
        return values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    }
    let types = place.types();
    // All seven: the schema does not say.
    let types = if types.len() < 6 { types.join(" or ") } else { "anything".to_owned() };
    match place.everywhere().find_map(|node| node.schema["format"].as_str()) {
        Some(format) => format!("{types}, {format}"),
        None => types,
    }
}

/// The first one: what stands beside a `$ref` comes before what it refers to.
fn description<'d>(place: &Place<'d>) -> &'d str {
    place.everywhere().find_map(|node| node.schema.get("description")?.as_str()).unwrap_or_default()
}
