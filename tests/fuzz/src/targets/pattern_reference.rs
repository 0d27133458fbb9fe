//! Event patterns by their plain definition. A choice takes one element of each array of the event. The event matches if,
//! for one choice, each field of the pattern has a value that one of its entries accepts.

use std::net::IpAddr;

use serde_json::{Value as Json, json};

type Leaves<'e> = Vec<(String, &'e Json)>;

/// The entries of each field of a pattern, by its path.
type Fields<'p> = Vec<(String, &'p [Json])>;

/// More choices are not compared.
const MAX_CHOICES: usize = 500;

/// `None` for a pattern with `exists: false`, `$or` or two fields of one path, where the order of fields matters.
pub fn matches(pattern: &Json, event: &Json) -> Option<bool> {
    let mut fields = Vec::new();
    collect(pattern, String::new(), &mut fields)?;
    let mut paths: Vec<_> = fields.iter().map(|(path, _)| path).collect();
    paths.sort();
    if paths.windows(2).any(|two| two[0] == two[1]) {
        return None;
    }
    any(choices(event, "")?.iter().map(|choice| fits(&fields, choice)))
}

fn fits(fields: &Fields<'_>, choice: &Leaves<'_>) -> Option<bool> {
    all(fields.iter().map(|(path, entries)| {
        let values = choice.iter().filter(|(other, _)| other == path);
        any(values.flat_map(|(_, value)| entries.iter().map(move |entry| accepts(entry, value))))
    }))
}

/// `None` if one of the results is unknown.
fn any(mut results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    results.try_fold(false, |any, result| Some(any | result?))
}

fn all(mut results: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    results.try_fold(true, |all, result| Some(all & result?))
}

fn collect<'p>(pattern: &'p Json, path: String, fields: &mut Fields<'p>) -> Option<()> {
    match pattern {
        Json::Object(members) => members.iter().try_for_each(|(name, value)| {
            if name == "$or" {
                return None;
            }
            collect(value, below(&path, name), fields)
        }),
        Json::Array(entries) if !entries.iter().any(|entry| entry["exists"] == false) => {
            fields.push((path, entries));
            Some(())
        }
        _ => None,
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The values of an event, for each choice of elements.
fn choices<'e>(value: &'e Json, path: &str) -> Option<Vec<Leaves<'e>>> {
    match value {
        Json::Object(members) => members.iter().try_fold(vec![Leaves::new()], |all, (name, member)| {
            joined(&all, &choices(member, &below(path, name))?)
        }),
        Json::Array(values) => choices_of_array(values, path),
        leaf => Some(vec![vec![(path.to_owned(), leaf)]]),
    }
}

/// Each choice of one member with each of another.
fn joined<'e>(all: &[Leaves<'e>], more: &[Leaves<'e>]) -> Option<Vec<Leaves<'e>>> {
    let joined =
        all.iter().flat_map(|one| more.iter().map(move |other| [one.clone(), other.clone()].concat()));
    (all.len() * more.len() <= MAX_CHOICES).then(|| joined.collect())
}

/// A choice has all plain values of an array, and one of its objects and arrays.
fn choices_of_array<'e>(values: &'e [Json], path: &str) -> Option<Vec<Leaves<'e>>> {
    let (elements, plain): (Vec<_>, Vec<_>) =
        values.iter().partition(|value| value.is_object() || value.is_array());
    let plain: Leaves = plain.into_iter().map(|value| (path.to_owned(), value)).collect();
    if elements.is_empty() {
        return Some(vec![plain]);
    }
    let mut all = Vec::new();
    for element in elements {
        all.extend(choices(element, path)?.into_iter().map(|leaves| [plain.clone(), leaves].concat()));
    }
    (all.len() <= MAX_CHOICES).then_some(all)
}

/// `None` for an entry that this definition does not know.
fn accepts(entry: &Json, value: &Json) -> Option<bool> {
    let Json::Object(operator) = entry else { return Some(equal(entry, value)) };
    let (name, operand) = operator.iter().next()?;
    match (name.as_str(), operand) {
        ("exists", Json::Bool(true)) => Some(true),
        ("anything-but", Json::Object(inner)) => {
            let (name, operand) = inner.iter().next()?;
            any(each(operand).iter().map(|operand| accepts(&json!({ name: operand }), value))).map(|any| !any)
        }
        ("anything-but", operand) => Some(!each(operand).iter().any(|one| equal(one, value))),
        ("numeric", Json::Array(tests)) => Some(value.as_f64().is_some_and(|number| in_range(tests, number))),
        (name, Json::String(operand)) => accepts_text(name, operand, value.as_str()),
        _ => None,
    }
}

/// The elements of a list, or the value itself.
fn each(value: &Json) -> &[Json] {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice)
}

/// `None` for an unknown operator. No operator of texts accepts another value.
fn accepts_text(operator: &str, operand: &str, value: Option<&str>) -> Option<bool> {
    let text = value.unwrap_or_default();
    let accepts = match operator {
        "prefix" => text.starts_with(operand),
        "suffix" => text.ends_with(operand),
        "equals-ignore-case" => text.to_lowercase() == operand.to_lowercase(),
        "wildcard" => wildcard(&letters(operand), &letters(text)),
        "cidr" => text.parse().is_ok_and(|address| within(operand, address)),
        _ => return None,
    };
    Some(accepts && value.is_some())
}

fn letters(text: &str) -> Vec<char> {
    text.chars().collect()
}

fn equal(one: &Json, other: &Json) -> bool {
    match (one.as_f64(), other.as_f64(), one.as_i64(), other.as_i64()) {
        (_, _, Some(one), Some(other)) => one == other,
        (Some(one), Some(other), ..) => one == other,
        _ => one == other,
    }
}

fn in_range(tests: &[Json], number: f64) -> bool {
    tests.chunks(2).all(|test| match (test[0].as_str(), test[1].as_f64()) {
        (Some("="), Some(bound)) => number == bound,
        (Some("<"), Some(bound)) => number < bound,
        (Some("<="), Some(bound)) => number <= bound,
        (Some(">"), Some(bound)) => number > bound,
        (Some(">="), Some(bound)) => number >= bound,
        _ => false,
    })
}

fn wildcard(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|at| wildcard(rest, &text[at..])),
        ['\\', letter, rest @ ..] | [letter, rest @ ..] => {
            text.first() == Some(letter) && wildcard(rest, &text[1..])
        }
    }
}

/// Compares the first bits of two addresses, one by one.
fn within(network: &str, address: IpAddr) -> bool {
    let bits = |address: IpAddr| match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let (base, length) = network.split_once('/').unwrap();
    let (base, address, length) =
        (bits(base.parse().unwrap()), bits(address), length.parse::<usize>().unwrap());
    let bit = |bytes: &[u8], at: usize| bytes[at / 8] >> (7 - at % 8) & 1;
    base.len() == address.len() && (0..length).all(|at| bit(&base, at) == bit(&address, at))
}
