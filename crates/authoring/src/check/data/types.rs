use serde_json::Value as Json;

use crate::schema::Location;

/// Returns the type with its article: `an array`.
pub fn with_article(name: &str) -> String {
    match name {
        "null" => name.to_owned(),
        "array" | "object" | "integer" => format!("an {name}"),
        _ => format!("a {name}"),
    }
}

/// Returns the allowed types: `null or number`.
pub fn allowed(location: &Location<'_>) -> String {
    match &location.types()[..] {
        [] => "nothing".to_owned(),
        types => types.join(" or "),
    }
}

pub fn type_of(value: &Json) -> &'static str {
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
