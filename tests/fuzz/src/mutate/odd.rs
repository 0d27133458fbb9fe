use fastrand::Rng;
use serde_json::{Value, json};

use super::pick;

const TEXTS: [&str; 14] =
    ["", " ", "*", "/", "a/b", "..", "\0", "\u{7f}", "é", "\u{1F600}", "\u{feff}", "\u{202e}", "0", "İ"];

/// Parts of texts that mean something in JSON, YAML, CEL, URLs or patterns.
const PARTS: [&str; 32] = [
    "\"",
    "\\",
    "\\\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ",",
    ":",
    ".",
    "-",
    "+",
    "*",
    "/",
    "\n",
    "\t",
    "\r\n",
    "\\u0000",
    "\\ud800",
    "\0",
    "é",
    "\u{1F600}",
    "\u{feff}",
    "1e999",
    "-0",
    "00",
    "18446744073709551616",
    "#",
    "%",
];

pub fn text(rng: &mut Rng, words: &[&str]) -> String {
    match rng.u8(..8) {
        0 => "x".repeat(rng.usize(1..600)),
        1 => rng.u64(..).to_string(),
        2 | 3 => pick::one(rng, &TEXTS).to_owned(),
        _ => pick::one(rng, words).to_owned(),
    }
}

pub fn part<'w>(rng: &mut Rng, words: &[&'w str]) -> &'w str {
    if rng.bool() { pick::one(rng, &PARTS) } else { pick::one(rng, words) }
}

pub fn value(rng: &mut Rng, words: &[&str]) -> Value {
    match rng.u8(..12) {
        0 => Value::Null,
        1 => rng.bool().into(),
        2 => pick::number(rng),
        3 => json!([]),
        4 => json!({}),
        5 => json!({ text(rng, words): text(rng, words) }),
        6 => (0..rng.u8(1..40)).fold(json!(1), |inner, _| json!([inner])),
        7 => Value::from((0..rng.u8(..20)).map(|_| rng.u8(..3)).collect::<Vec<_>>()),
        _ => text(rng, words).into(),
    }
}
