//! Measures how the work grows with the input, in allocated bytes: they are the same in every run.

use allocation_counter::measure;
use serde_json::Value;

use crate::target::{Form, Target};

/// Sizes whose differences double.
const SIZES: [usize; 3] = [64, 128, 256];

/// Returns the bytes for the step to the largest size, divided by those for the step before. The result is 2 if the work
/// is linear, and 4 if it is quadratic.
pub fn growth(target: &Target) -> f64 {
    let [small, middle, large] = SIZES.map(|size| allocated(target, size) as f64);
    (large - middle) / (middle - small).max(1.0)
}

/// The bytes that a check allocates for the first sample, with each part repeated `size` times.
pub fn allocated(target: &Target, size: usize) -> u64 {
    let sample = (target.samples)().swap_remove(0);
    let input = repeated(target.form, &sample, size);
    // The first check fills caches.
    (target.check)(&sample);
    measure(|| (target.check)(&input)).bytes_total
}

fn repeated(form: Form, sample: &str, size: usize) -> String {
    match (form, serde_json::from_str(sample)) {
        (Form::Json, Ok(document)) => repeat(document, size).to_string(),
        _ => sample.repeat(size),
    }
}

/// Repeats each innermost array and object.
fn repeat(value: Value, size: usize) -> Value {
    match value {
        Value::Array(values) if values.iter().any(is_container) => {
            values.into_iter().map(|value| repeat(value, size)).collect()
        }
        Value::Object(members) if members.values().any(is_container) => {
            members.into_iter().map(|(name, value)| (name, repeat(value, size))).collect()
        }
        Value::Array(values) => (0..size).flat_map(|_| values.clone()).collect(),
        Value::Object(members) => numbered(&members, size),
        leaf => leaf,
    }
}

fn numbered(members: &serde_json::Map<String, Value>, size: usize) -> Value {
    let copies = (1..size)
        .flat_map(|copy| members.iter().map(move |(name, value)| (format!("{name}{copy}"), value.clone())));
    members.clone().into_iter().chain(copies).collect()
}

fn is_container(value: &Value) -> bool {
    value.is_array() || value.is_object()
}
