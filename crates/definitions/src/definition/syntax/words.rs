use tablecast_values::similar::closest;

use super::form::{Form, Key};
use crate::definition::duration;
use crate::yaml::Node;

/// Returns the reason for an unknown key.
pub fn unknown(name: &str, keys: &[Key]) -> String {
    match closest(name, keys.iter().map(|key| key.name)) {
        Some(similar) => format!("unknown key \"{name}\". Did you mean \"{similar}\"?"),
        None => {
            let keys: Vec<&str> = keys.iter().map(|key| key.name).collect();
            format!("unknown key \"{name}\". The keys are {}", keys.join(", "))
        }
    }
}

/// Returns an example for a missing key.
pub fn example(name: &str) -> &'static str {
    match name {
        "table" => ": write `table: orders`",
        "subject" => ": write `subject: '\"orders/\" + item.id'`",
        "events" => {
            ": write a list of rules, such as `events: [{ type: order.placed.v1, data: { id: item.id } }]`"
        }
        "partition" => ": write `partition: { id: S }`",
        "data" => ": write the members of the event, such as `data: { id: item.id }`",
        "claims" => ": write the claims of a token, such as `claims: { sub: ada }`",
        "grants" => ": write the patterns that these claims must grant",
        "record" => ": write the path of a file with a stream record",
        _ => "",
    }
}

/// Returns why a value has not the form, if it is no map or list that has its own comparison.
pub fn scalar_problem(form: &Form, value: &Node) -> Option<String> {
    let expected = match (form, value) {
        (Form::Text | Form::TextOrTexts, Node::String(_) | Node::Bool | Node::Integer(_) | Node::Float)
        | (Form::Boolean, Node::Bool)
        // YAML 1.1 takes `N` for a boolean.
        | (Form::Choice(_), Node::Bool)
        | (Form::Tree, Node::String(_) | Node::Bool | Node::Integer(_))
        | (Form::Pattern, Node::Map(_))
        | (Form::Any, _) => return None,
        (Form::Whole(range), Node::Integer(number)) if range.contains(number) => return None,
        (Form::Whole(range), Node::String(text)) if text.parse().is_ok_and(|number| range.contains(&number)) => return None,
        (Form::Duration, Node::String(text)) if duration::parse(text).is_some() => return None,
        (Form::Choice(known), Node::String(text)) if known.contains(&text.as_str()) => return None,
        (Form::Choice(known), Node::String(text)) => return Some(not_one_of(text, known)),
        (Form::Duration, Node::String(text)) => return Some(format!("{text:?} is not {DURATION}")),
        (Form::Tree, Node::Float) => return Some("must be an expression: put the number in quotes".to_owned()),
        (_, Node::Null) => return Some("has no value".to_owned()),
        (Form::ListOf(_), Node::String(text)) => format!("a list: write [{text}]"),
        (Form::ListOf(_), Node::Map(_)) => "a list: write `- ` before it".to_owned(),
        (form, _) => name(form),
    };
    Some(format!("must be {expected}"))
}

const DURATION: &str = "a duration such as 0s, 90s, 5m, 6h or 7d";

fn not_one_of(text: &str, known: &[&str]) -> String {
    match closest(text, known.iter().copied()) {
        Some(similar) => format!("{text:?} is unknown. Did you mean {similar}?"),
        None => format!("{text:?} is unknown. Write {}", known.join(" or ")),
    }
}

fn name(form: &Form) -> String {
    match form {
        Form::Text => "a text".to_owned(),
        Form::Boolean => "true or false".to_owned(),
        Form::Whole(range) => format!("a whole number from {} to {}", range.start(), range.end()),
        Form::Duration => DURATION.to_owned(),
        Form::Choice(known) => known.join(" or "),
        Form::TextOrTexts => "a text or a list of texts".to_owned(),
        Form::ListOf(_) => "a list".to_owned(),
        Form::Keys(keys) => {
            let keys: Vec<&str> = keys.iter().map(|key| key.name).collect();
            format!("a map with the keys {}", keys.join(", "))
        }
        Form::Names(_) => "a map from names to values".to_owned(),
        Form::Tree => "an expression, or a map or list of expressions".to_owned(),
        Form::Any => "a value".to_owned(),
        Form::Pattern => "an event pattern, which is a map such as { eventName: [INSERT] }".to_owned(),
    }
}
