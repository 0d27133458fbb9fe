use serde_json::{Value as Json, json};

use super::{a, assert_verdicts, text, with};

#[test]
fn annotations_may_change() {
    let noted = |note: Json| with(a(text()), note);
    assert_verdicts(vec![
        ("no change", a(text()), a(text()), ""),
        ("title", noted(json!({"title": "A"})), noted(json!({"title": "B"})), ""),
        ("description", a(text()), a(json!({"type": "string", "description": "What it is."})), ""),
        (
            "examples",
            noted(json!({"examples": [{"id": "1"}]})),
            noted(json!({"examples": [{"id": "2"}]})),
            "",
        ),
        (
            "default: neither pipes nor readers use it",
            a(text()),
            a(json!({"type": "string", "default": "x"})),
            "",
        ),
        ("deprecated", a(text()), a(json!({"type": "string", "deprecated": true})), ""),
        ("$comment", a(text()), a(json!({"type": "string", "$comment": "x"})), ""),
        ("readOnly", a(text()), a(json!({"type": "string", "readOnly": true})), ""),
        (
            "contentEncoding is an annotation",
            a(text()),
            a(json!({"type": "string", "contentEncoding": "base64"})),
            "",
        ),
        ("a custom keyword", a(text()), a(json!({"type": "string", "x-owner": "us"})), ""),
        (
            "the order of required, type and enum",
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": ["null", "string"], "enum": [null, "a"]}),
            "",
        ),
    ]);
}
