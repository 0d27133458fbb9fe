//! The subject of an example event.

use serde_json::Value as Json;

/// Fills `orders/{tenant}/{orderId}` with the values of the members of `data` that have these names. A name
/// without such a member stands for itself.
pub fn example(outline: &str, data: &Json) -> String {
    let mut parts = outline.split('{');
    let mut subject = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').unwrap_or((part, ""));
        subject += &segment(data, name).unwrap_or_else(|| name.to_owned());
        subject += rest;
    }
    subject
}

/// Returns the value of the first member with this name that can be a segment of a subject. Members of inner
/// objects come later.
fn segment(data: &Json, name: &str) -> Option<String> {
    let text = match data.get(name) {
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    let own = text.filter(|text| !text.is_empty() && !text.contains(['/', '*']));
    let inner = || data.as_object()?.values().find_map(|member| segment(member, name));
    own.or_else(inner)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_example_has_the_subject_of_its_data() {
        let data =
            json!({"tenant": "acme", "n": 7, "profile": {"userId": "ada"}, "bad": "a/b", "lines": [1]});
        assert_eq!(example("orders/{tenant}/{n}", &data), "orders/acme/7");
        assert_eq!(example("profiles/{userId}", &data), "profiles/ada");
        assert_eq!(example("a/{x}-{tenant}/{bad}", &data), "a/x-acme/bad");
        assert_eq!(example("fixed", &json!(null)), "fixed");
    }
}
