//! A grant and the claims of a token: `{"grant": ..., "claims": ...}`. The granted pattern is the
//! text that CEL makes of the grant, and never has more segments than the grant itself.

use std::sync::LazyLock;

use serde_json::Value as Json;
use tablecast_definitions::grant::{self, Granted, Grants, segments_before_star};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::expression::{Language, Scope};
use tablecast_protocol::subject::Pattern;
use tablecast_values::value::Value;

use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "grant", form: Form::Json, check, samples, words: &[WORDS], inputs: 400 };

const WORDS: &[&str] = &[
    "grant",
    "claims",
    "claims.tenant",
    "claims.",
    "\"orders/\" + ",
    " + \"/*\"",
    "[\"custom:tenant\"]",
    ".?",
    "string(",
    ".lowerAscii()",
    ".upperAscii()",
    ".trim()",
    ".split(\"@\")",
    "[1]",
    ".replace(\"a\", \"b\")",
    ".substring(1)",
    ".substring(1, 3)",
    "(",
    ")",
    "tenant",
    "email",
    "ada@acme.example",
    "acme",
    "*",
    "a/b",
    "\\u00e9",
    "\\x2f",
];

static CEL: LazyLock<Language> = LazyLock::new(|| Language::new(&["claims"]).unwrap());

fn samples() -> Vec<String> {
    let texts = [
        r#"{"grant":"\"orders/\" + claims.tenant + \"/*\"","claims":{"tenant":"acme"}}"#,
        r#"{"grant":"\"orders/\" + claims[\"custom:tenant\"].lowerAscii()","claims":{"custom:tenant":"ACME"}}"#,
        r#"{"grant":"'orders/' + claims.email.split('@')[1].replace(\".\", \"-\") + '/*'","claims":{"email":"ada@acme.example"}}"#,
        r#"{"grant":"(\"profiles/\" + string(claims.id)) + \"/\" + claims.sub.trim().substring(1, 3)","claims":{"id":7,"sub":" adam "}}"#,
        r#"{"grant":"\"groups/\" + claims.groups + \"/*\"","claims":{"groups":["a","b/c",1,true,null]}}"#,
        r#"{"grant":"\"orders/\" + claims.?tenant + \"/*\"","claims":{"tenant":{"id":1}}}"#,
    ];
    texts.map(str::to_owned).to_vec()
}

fn check(text: &str) {
    let Ok(input) = serde_json::from_str::<Json>(text) else { return };
    let (Some(grant), claims) = (input["grant"].as_str(), &input["claims"]) else { return };
    let is_grant = grant::compile(grant).is_ok();
    let example = grant::example(grant);
    assert!(is_grant || example.is_none() && segments_before_star(grant).is_none());
    let Ok(grants) = Grants::compile(&[file(grant)]) else { return };
    assert!(is_grant);
    let text = claims.to_string();
    let Ok(Granted::Within(patterns)) = grants.to(&text) else { return };
    assert!(
        !patterns.is_empty() || !grants.unfilled(&text).is_empty(),
        "nothing is granted without a reason"
    );
    let slashes = |pattern: &str| pattern.matches('/').count();
    for pattern in &patterns {
        assert!(Pattern::parse(pattern.as_str()).is_ok());
        if let Some(before) = segments_before_star(grant) {
            assert!(pattern.as_str().ends_with("/*") || before == 0);
            assert_eq!(slashes(pattern.as_str()), before, "{grant} {claims}");
        }
    }
    if let [pattern] = &patterns[..] {
        compare(grant, claims, pattern);
    }
}

fn compare(grant: &str, claims: &Json, pattern: &Pattern) {
    let (Ok(expression), claims) = (CEL.compile(grant), Value::from(claims)) else { return };
    let roots = [("claims", &claims)];
    if let Ok(Some(Value::String(text))) = expression.evaluate(&Scope(&roots)) {
        assert_eq!(text, pattern.as_str(), "{grant}");
    }
}

fn file(grant: &str) -> DefinitionFile {
    let text = format!("table: orders\nsubject: '\"x\"'\ngrant: {}\nevents: []\n", Json::from(grant));
    DefinitionFile { file: "orders.yaml".into(), name: "orders".into(), text }
}
