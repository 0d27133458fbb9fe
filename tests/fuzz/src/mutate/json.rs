use fastrand::Rng;
use serde_json::{Value, json};

use super::{lines, odd, pick};

/// Changes one to four values of a document. `None` if the input is not JSON.
pub fn changed(rng: &mut Rng, input: &str, other: &str, words: &[&str]) -> Option<String> {
    let mut document: Value = serde_json::from_str(input).ok()?;
    let other = serde_json::from_str(other).unwrap_or_default();
    for _ in 0..rng.u8(1..=4) {
        let value = pick::any(rng, &mut document);
        change(rng, value, &other, words);
    }
    Some(if rng.u8(..8) == 0 { format!("{document:#}") } else { document.to_string() })
}

fn change(rng: &mut Rng, value: &mut Value, other: &Value, words: &[&str]) {
    match rng.u8(..12) {
        0 => *value = odd::value(rng, words),
        1 => *value = pick::copy(rng, other),
        2 => *value = json!([value.take()]),
        3 => *value = json!({ odd::text(rng, words): value.take() }),
        4 => *value = pick::copy(rng, value),
        _ => match value {
            Value::Array(values) => change_array(rng, values, other, words),
            Value::Object(members) => change_object(rng, members, other, words),
            Value::String(text) => {
                let other = odd::text(rng, words);
                *text = lines::changed(rng, text, &other, words);
            }
            _ => *value = odd::value(rng, words),
        },
    }
}

fn change_array(rng: &mut Rng, values: &mut Vec<Value>, other: &Value, words: &[&str]) {
    let at = rng.usize(..=values.len());
    match rng.u8(..5) {
        0 if at < values.len() => _ = values.remove(at),
        1 if at < values.len() => values.insert(at, values[at].clone()),
        2 => values.reverse(),
        3 => values.insert(at, pick::copy(rng, other)),
        _ => values.insert(at, odd::value(rng, words)),
    }
}

fn change_object(rng: &mut Rng, members: &mut serde_json::Map<String, Value>, other: &Value, words: &[&str]) {
    let names: Vec<String> = members.keys().cloned().collect();
    let name = if names.is_empty() { String::new() } else { names[rng.usize(..names.len())].clone() };
    let value = members.get(&name).cloned().unwrap_or_default();
    match rng.u8(..6) {
        0 => _ = members.remove(&name),
        1 => _ = members.insert(odd::text(rng, words), value),
        2 => _ = members.remove(&name).and_then(|value| members.insert(odd::text(rng, words), value)),
        3 => _ = members.insert(name, pick::copy(rng, other)),
        4 => _ = members.insert(lines::changed(rng, &name, "", words), value),
        _ => _ = members.insert(odd::text(rng, words), odd::value(rng, words)),
    }
}
