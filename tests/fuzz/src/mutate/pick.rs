use fastrand::Rng;
use serde_json::Value;

/// The number of values in a document, itself included.
pub fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(values) => values.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum(),
        _ => 0,
    }
}

/// One of the values, by its number in the order of the text.
pub fn nth<'v>(value: &'v mut Value, number: &mut usize) -> Option<&'v mut Value> {
    if *number == 0 {
        return Some(value);
    }
    *number -= 1;
    match value {
        Value::Array(values) => values.iter_mut().find_map(|value| nth(value, number)),
        Value::Object(members) => members.values_mut().find_map(|value| nth(value, number)),
        _ => None,
    }
}

pub fn any<'v>(rng: &mut Rng, value: &'v mut Value) -> &'v mut Value {
    // The values are counted first, so the number always finds one.
    let mut number = rng.usize(..count(value));
    nth(value, &mut number).unwrap()
}

/// A copy of one of the values.
pub fn copy(rng: &mut Rng, value: &Value) -> Value {
    any(rng, &mut value.clone()).clone()
}

pub fn one<'t>(rng: &mut Rng, all: &[&'t str]) -> &'t str {
    if all.is_empty() { "" } else { all[rng.usize(..all.len())] }
}

/// A number at the limit of a type.
pub fn number(rng: &mut Rng) -> Value {
    const WHOLE: [i64; 10] = [0, 1, -1, 2, 100, i64::MAX, i64::MIN, 1 << 53, 5_000_000_000, 253_402_300_800];
    const FLOATS: [f64; 6] = [-0.0, 0.1, 1e308, -1e-308, 1e22, 1.5];
    match rng.u8(..4) {
        0 => u64::MAX.into(),
        1 => FLOATS[rng.usize(..FLOATS.len())].into(),
        2 => rng.i64(-20..20).into(),
        _ => WHOLE[rng.usize(..WHOLE.len())].into(),
    }
}
