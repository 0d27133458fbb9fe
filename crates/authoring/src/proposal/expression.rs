//! The expression that gives an attribute in its form.

use super::told::{Form, Member, Typed};
use super::wording::{Access, quoted};

/// What an element of a list is called.
pub const ELEMENT: &str = "it";
/// Expressions have 2,000 characters at most.
pub const LONGEST: usize = 1_900;

/// `None` for an object: that is a tree of expressions.
pub fn of(value: &Typed, access: &Access) -> Option<String> {
    match &value.form {
        Form::Object(_) => None,
        Form::Records(members) => Some(records(members, access)),
        _ => Some(match (converted(value, &access.to_string()), access.is_optional) {
            (None, _) => access.to_string(),
            (Some(text), false) => text,
            (Some(_), true) => {
                let text = converted(value, ELEMENT).unwrap_or_default();
                format!("{access}.optMap({ELEMENT}, {text})")
            }
        }),
    }
}

/// Where a text is to be made of a number.
fn converted(value: &Typed, path: &str) -> Option<String> {
    let text = match &value.form {
        Form::Decimal => format!("string({path})"),
        Form::List(element) => format!("{path}.map(one, {})", converted(element, "one")?),
        _ => return None,
    };
    Some(if value.is_nullable { format!("{path} == null ? null : {text}") } else { text })
}

fn records(members: &[Member], access: &Access) -> String {
    let element = Access::of(ELEMENT);
    let entry = |member: &Member| {
        let path = element.step(&member.name, member.is_optional);
        let sign = if member.is_optional { "?" } else { "" };
        Some(format!("{sign}{}: {}", quoted(&member.name), of(&member.value, &path)?))
    };
    let entries = members.iter().filter_map(entry).collect::<Vec<_>>().join(", ");
    let list = access.certain();
    let records = format!("{list}.map({ELEMENT}, {{{entries}}})");
    match access.is_optional {
        true => format!("has({list}) ? {records} : []"),
        false => records,
    }
}
