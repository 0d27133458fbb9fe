use serde_json::{Value as Json, json};

use super::{a, hold, text, with};

#[test]
fn notes_for_people_may_change() {
    let noted = |note: Json| with(a(text()), note);
    hold(vec![
        ("nothing", a(text()), a(text()), ""),
        ("title", noted(json!({"title": "A"})), noted(json!({"title": "B"})), ""),
        ("description", a(text()), a(json!({"type": "string", "description": "What it is."})), ""),
        (
            "examples",
            noted(json!({"examples": [{"id": "1"}]})),
            noted(json!({"examples": [{"id": "2"}]})),
            "",
        ),
        (
            "default: pipes and readers do not fill it in",
            a(text()),
            a(json!({"type": "string", "default": "x"})),
            "",
        ),
        ("deprecated", a(text()), a(json!({"type": "string", "deprecated": true})), ""),
        ("$comment", a(text()), a(json!({"type": "string", "$comment": "x"})), ""),
        ("readOnly", a(text()), a(json!({"type": "string", "readOnly": true})), ""),
        (
            "contentEncoding, which only annotates",
            a(text()),
            a(json!({"type": "string", "contentEncoding": "base64"})),
            "",
        ),
        ("a keyword of one's own", a(text()), a(json!({"type": "string", "x-owner": "us"})), ""),
        (
            "the order of required, type and enum",
            json!({"type": ["string", "null"], "enum": ["a", null]}),
            json!({"type": ["null", "string"], "enum": [null, "a"]}),
            "",
        ),
    ]);
}
