use super::cel_path::CelPath;
use super::property::{Property, ValueKind, ValueType};
use super::quoting::quoted;

/// The variable for an element of a list.
pub const ELEMENT: &str = "it";
/// Below the limit for expressions, which is 2,000 characters.
pub const MAX_LENGTH: usize = 1_900;

/// Returns the expression for an attribute. An object has none, because it is a tree of expressions.
pub fn expression(value: &ValueType, path: &CelPath) -> Option<String> {
    match &value.kind {
        ValueKind::Object(_) => None,
        ValueKind::ArrayOfObjects(properties) => Some(array_of_objects(properties, path)),
        _ => Some(match (converted(value, &path.to_string()), path.is_optional) {
            (None, _) => path.to_string(),
            (Some(text), false) => text,
            (Some(_), true) => {
                let text = converted(value, ELEMENT).unwrap_or_default();
                format!("{path}.optMap({ELEMENT}, {text})")
            }
        }),
    }
}

/// Returns the expression that converts numbers to text. `None` if there are no numbers to convert.
fn converted(value: &ValueType, path: &str) -> Option<String> {
    let text = match &value.kind {
        ValueKind::DecimalString => format!("string({path})"),
        ValueKind::Array(element) | ValueKind::Set(element) => {
            format!("{path}.map(one, {})", converted(element, "one")?)
        }
        _ => return None,
    };
    Some(if value.is_nullable { format!("{path} == null ? null : {text}") } else { text })
}

fn array_of_objects(properties: &[Property], path: &CelPath) -> String {
    let element = CelPath::root(ELEMENT);
    let entry = |property: &Property| {
        let path = element.member(&property.name, property.is_optional);
        let mark = if property.is_optional { "?" } else { "" };
        Some(format!("{mark}{}: {}", quoted(&property.name), expression(&property.value, &path)?))
    };
    let entries = properties.iter().filter_map(entry).collect::<Vec<_>>().join(", ");
    let list = path.certain();
    let objects = format!("{list}.map({ELEMENT}, {{{entries}}})");
    match path.is_optional {
        true => format!("has({list}) ? {objects} : []"),
        false => objects,
    }
}
