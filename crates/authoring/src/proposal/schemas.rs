use std::borrow::Cow;

use tablecast_values::value::{Fields, Value};

use super::entity_events::{EntityEvents, EventKind};
use super::file::File;
use super::property::{Property, ValueKind, ValueType};

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";
/// The pattern of a number in JSON.
const DECIMAL: &str = "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][-+]?[0-9]+)?$";

/// Returns the schema of an event.
pub fn schema(
    events: &EntityEvents<'_>,
    kind: EventKind,
    id_prefix: &str,
    example: Option<Value<'static>>,
) -> File {
    let name = format!("{}.json", events.event_type(kind));
    let noun = events.entity.noun.replace('-', " ");
    let capital = format!("{}{}", noun[..1].to_uppercase(), &noun[1..]);
    let (title, description) = match kind {
        EventKind::State => (capital, format!("What {} {noun} is now.", article(&noun).to_lowercase())),
        kind => (format!("{capital} {kind}"), format!("{} {noun} was {kind}.", article(&noun))),
    };
    let mut schema = vec![
        field("$schema", text(DRAFT)),
        field("$id", text(format!("{id_prefix}{name}"))),
        field("title", text(title)),
        field("description", text(description)),
    ];
    schema.extend(body(events, kind));
    schema.extend(example.map(|example| field("examples", Value::List(vec![example]))));
    let text = serde_json::to_string_pretty(&Value::Map(schema)).unwrap_or_default();
    File { name, text: text + "\n" }
}

fn body(events: &EntityEvents<'_>, kind: EventKind) -> Fields<'static> {
    let properties = || events.selection.properties.iter().map(|property| property_schema(events, property));
    let keys = || events.key_properties().map(|property| property_schema(events, property));
    match kind {
        EventKind::Created | EventKind::State => object(properties()),
        EventKind::Changed => {
            let mut item = described(
                "object",
                format!("The {} after the change.", events.entity.noun.replace('-', " ")),
            );
            item.extend(object(properties()).into_iter().skip(1));
            object([
                ("changed".to_owned(), Value::Map(changed_names()), true),
                (events.item_property(), Value::Map(item), true),
            ])
        }
        EventKind::Removed if events.has_state => object(keys()),
        EventKind::Removed => {
            let values = ["deleted", "expired"].map(text).to_vec();
            let why = text("deleted: somebody deleted it. expired: its time to live ended.");
            let reason = vec![field("enum", Value::List(values)), field("description", why)];
            object(keys().chain([(events.reason_property().to_owned(), Value::Map(reason), true)]))
        }
    }
}

/// The schema has no `enum`, because a later version could not add attributes to it.
fn changed_names() -> Fields<'static> {
    let mut names = described(
        "array",
        "The names of the changed attributes. An attribute that the item no longer has was removed.",
    );
    names.push(field("items", Value::Map(vec![field("type", text("string"))])));
    names.push(field("minItems", Value::Number("1".into())));
    names.push(field("uniqueItems", Value::Bool(true)));
    names
}

/// Returns an object. Each property has a name, a schema, and whether it is required.
fn object(properties: impl IntoIterator<Item = (String, Value<'static>, bool)>) -> Fields<'static> {
    let (mut schemas, mut required) = (Vec::new(), Vec::new());
    for (name, schema, is_required) in properties {
        required.extend(is_required.then(|| text(name.clone())));
        schemas.push((name.into(), schema));
    }
    let mut object = vec![field("type", text("object")), field("properties", Value::Map(schemas))];
    if !required.is_empty() {
        object.push(field("required", Value::List(required)));
    }
    object
}

fn property_schema(events: &EntityEvents<'_>, property: &Property) -> (String, Value<'static>, bool) {
    let is_key = events.key_properties().any(|key| key.name == property.name);
    let note = if is_key { "A part of the item's key. The event's subject contains it too." } else { "" };
    noted_property(property, note)
}

fn noted_property(property: &Property, note: &str) -> (String, Value<'static>, bool) {
    let is_empty_if_missing = property.value.kind.is_empty_if_missing();
    let absence = match (property.is_optional, is_empty_if_missing) {
        (false, _) => "",
        (true, true) => "Empty if the item has none.",
        (true, false) => "Absent if the item has none.",
    };
    let exactness = match property.value.kind {
        ValueKind::DecimalString => "An exact decimal number, as text.",
        ValueKind::Number => "An exact decimal number.",
        ValueKind::Integer => "A whole number. An item with a fraction is rejected.",
        _ => "",
    };
    let notes =
        [exactness, note, absence].into_iter().filter(|note| !note.is_empty()).collect::<Vec<_>>().join(" ");
    let is_required = !property.is_optional || is_empty_if_missing;
    (property.name.clone(), Value::Map(typed(&property.value, &notes)), is_required)
}

fn typed(value: &ValueType, notes: &str) -> Fields<'static> {
    let mut schema = vec![field("type", type_keyword(value))];
    schema.extend((!notes.is_empty()).then(|| field("description", text(notes.to_owned()))));
    let nested = |properties: &[Property]| object(properties.iter().map(|it| noted_property(it, "")));
    match &value.kind {
        ValueKind::DecimalString => schema.push(field("pattern", text(DECIMAL))),
        ValueKind::Array(element) | ValueKind::Set(element) => {
            schema.push(field("items", Value::Map(typed(element, ""))))
        }
        ValueKind::ArrayOfObjects(properties) => schema.push(field("items", Value::Map(nested(properties)))),
        ValueKind::Object(properties) => schema.extend(nested(properties).into_iter().skip(1)),
        ValueKind::String | ValueKind::Boolean | ValueKind::Integer | ValueKind::Number => {}
    }
    schema
}

fn type_keyword(value: &ValueType) -> Value<'static> {
    let name = match &value.kind {
        ValueKind::String | ValueKind::DecimalString => "string",
        ValueKind::Boolean => "boolean",
        ValueKind::Integer => "integer",
        ValueKind::Number => "number",
        ValueKind::Array(_) | ValueKind::Set(_) | ValueKind::ArrayOfObjects(_) => "array",
        ValueKind::Object(_) => "object",
    };
    match value.is_nullable {
        true => Value::List(vec![text(name), text("null")]),
        false => text(name),
    }
}

fn described(name: &'static str, description: impl Into<String>) -> Fields<'static> {
    vec![field("type", text(name)), field("description", text(description.into()))]
}

fn field(name: &'static str, value: Value<'static>) -> (Cow<'static, str>, Value<'static>) {
    (name.into(), value)
}

fn text(text: impl Into<Cow<'static, str>>) -> Value<'static> {
    Value::String(text.into())
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "An" } else { "A" }
}
