//! Event patterns by their plain definition. A choice takes one element of each array of the event. The event matches if,
//! for one choice, each field of the pattern has a value that one of its entries accepts.

use std::net::IpAddr;

use serde_json::Value as Json;

type Leaves<'e> = Vec<(String, &'e Json)>;

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
    let mut matched = false;
    for choice in choices(event, "")? {
        let mut all = true;
        for (path, entries) in &fields {
            let values = choice.iter().filter(|(other, _)| other == path);
            let mut any = false;
            for (_, value) in values {
                for entry in *entries {
                    any |= accepts(entry, value)?;
                }
            }
            all &= any;
        }
        matched |= all;
    }
    Some(matched)
}

fn collect<'p>(pattern: &'p Json, path: String, fields: &mut Vec<(String, &'p [Json])>) -> Option<()> {
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
            let more = choices(member, &below(path, name))?;
            let joined = all
                .iter()
                .flat_map(|one| more.iter().map(move |other| [one.clone(), other.clone()].concat()));
            (all.len() * more.len() <= MAX_CHOICES).then(|| joined.collect())
        }),
        Json::Array(values) => {
            let (elements, plain): (Vec<_>, Vec<_>) =
                values.iter().partition(|value| value.is_object() || value.is_array());
            let plain: Leaves = plain.into_iter().map(|value| (path.to_owned(), value)).collect();
            let mut all = if elements.is_empty() { vec![plain.clone()] } else { Vec::new() };
            for element in elements {
                all.extend(
                    choices(element, path)?.into_iter().map(|leaves| [plain.clone(), leaves].concat()),
                );
            }
            (all.len() <= MAX_CHOICES).then_some(all)
        }
        leaf => Some(vec![vec![(path.to_owned(), leaf)]]),
    }
}

/// `None` for an entry that this definition does not know.
fn accepts(entry: &Json, value: &Json) -> Option<bool> {
    let Json::Object(operator) = entry else { return Some(equal(entry, value)) };
    let (name, operand) = operator.iter().next()?;
    let text = value.as_str();
    Some(match (name.as_str(), operand) {
        ("exists", Json::Bool(true)) => true,
        ("anything-but", Json::Array(all)) => !all.iter().any(|one| equal(one, value)),
        ("anything-but", Json::Object(inner)) => {
            let (name, operand) = inner.iter().next()?;
            let operands = operand.as_array().map_or(std::slice::from_ref(operand), Vec::as_slice);
            let accepted: Option<Vec<bool>> = operands
                .iter()
                .map(|operand| accepts(&serde_json::json!({ name: operand }), value))
                .collect();
            !accepted?.contains(&true)
        }
        ("anything-but", one) => !equal(one, value),
        ("numeric", Json::Array(tests)) => value.as_f64().is_some_and(|number| in_range(tests, number)),
        ("prefix", Json::String(start)) => text.is_some_and(|text| text.starts_with(start)),
        ("suffix", Json::String(end)) => text.is_some_and(|text| text.ends_with(end)),
        ("equals-ignore-case", Json::String(other)) => {
            text.is_some_and(|text| text.to_lowercase() == other.to_lowercase())
        }
        ("wildcard", Json::String(pattern)) => {
            let pattern: Vec<char> = pattern.chars().collect();
            text.is_some_and(|text| wildcard(&pattern, &text.chars().collect::<Vec<_>>()))
        }
        ("cidr", Json::String(network)) => {
            text.and_then(|text| text.parse().ok()).is_some_and(|address| within(network, address))
        }
        _ => return None,
    })
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
