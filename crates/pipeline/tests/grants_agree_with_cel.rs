//! Grants are a subset of CEL that needs no interpreter. The interpreter gives the same result for every
//! grant.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use tablecast_definitions::claims;
use tablecast_definitions::grant::{Granted, Grants};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_pipeline::expression::{Language, Scope};
use tablecast_pipeline::template::Template;
use tablecast_protocol::subject::Pattern;

fn compiled(grant: &str) -> Result<Grants, String> {
    let yaml = serde_json::to_string(grant).unwrap();
    let text = format!("table: orders\nsubject: '\"x\"'\ngrant: {yaml}\nevents: []\n");
    let file = DefinitionFile { file: "orders.yaml".into(), name: "orders".into(), text };
    Grants::compile(&[file]).map_err(|problems| problems[0].to_string())
}

/// The pattern of a grant as functions evaluate it. `None` if it grants nothing.
fn evaluated(grant: &str, claims: &str) -> Option<String> {
    match compiled(grant).unwrap().to(claims).unwrap() {
        Granted::Within(patterns) => patterns.first().map(Pattern::to_string),
        Granted::Everything => panic!("a grant is never everything"),
    }
}

/// The pattern of a grant as the CEL interpreter evaluates it.
fn interpreted(grant: &str, claims: &str) -> Option<String> {
    let template = Template::compile(&Language::new(&["claims"]).unwrap(), grant).unwrap();
    let claims = claims::parse(claims).unwrap();
    let text = template.fill(&Scope(&[("claims", &claims)])).ok()?;
    Pattern::parse(&text).ok().map(|pattern| pattern.to_string())
}

fn path() -> impl Strategy<Value = String> {
    let root = prop::sample::select(vec![
        "claims.text",
        "claims[\"text\"]",
        "claims.?text",
        "claims[?\"text\"]",
        "claims.number",
        "claims.yes",
        "claims.nothing",
        "claims.list",
        "claims.list[1]",
        "claims.list[7]",
        "claims.map.inner",
        "claims.map.?inner",
        "claims.?list[1]",
        "claims.list[?0]",
        "claims.map.gone",
        "claims.?gone.inner",
        "claims[\"custom:x\"]",
        "(claims.text)",
    ]);
    let call = prop::sample::select(vec![
        "",
        "",
        ".lowerAscii()",
        ".upperAscii()",
        ".trim()",
        ".split(\".\")[0]",
        ".split(\"@\")[1]",
        ".split(\"b\")[3]",
        ".replace(\"b\", \"-\")",
        ".replace(\"@\", \"/\")",
        ".substring(1)",
        ".substring(1, 3)",
        ".substring(2, 9)",
    ]);
    // A function of an optional value is an error in CEL, and refused in a grant (see below).
    (root, prop::bool::ANY, call).prop_map(|(root, text, call)| {
        match (root.contains('?'), root.starts_with('(')) {
            (true, _) | (_, true) => root.to_owned(),
            _ if text => format!("string({root}){call}"),
            _ => format!("{root}{call}"),
        }
    })
}

fn claims() -> impl Strategy<Value = String> {
    ("[a-cA-C@. ]{0,6}", "[a-c]{0,2}", "-?[1-9][0-9]{0,24}(\\.[0-9]{1,3})?").prop_map(|(text, inner, number)| {
        let json = |text: &str| serde_json::to_string(text).unwrap();
        format!(
            r#"{{"text":{},"number":{number},"yes":true,"nothing":null,"list":["a",{}],"map":{{"inner":{}}},"custom:x":"c"}}"#,
            json(&text), json(&text), json(&inner),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_grant_gives_the_same_result_as_the_interpreter(first in path(), second in path(), claims in claims()) {
        for grant in [
            format!("\"orders/\" + {first} + \"/*\""),
            format!("'a' + {first} + r\"/\" + ({second} + \"\\u0062\")"),
            first.clone(),
        ] {
            prop_assert_eq!(evaluated(&grant, &claims), interpreted(&grant, &claims), "{} of {}", grant, claims);
        }
    }
}

/// A grant never gives a pattern where the interpreter has an error.
#[test]
fn the_interpreter_gives_nothing_for_a_refused_grant() {
    let functions_of_an_optional_value = [
        "claims.?text.lowerAscii()",
        r#"claims[?"text"].trim()"#,
        "claims.list[?0].trim()",
        "string(claims.?text)",
    ];
    for grant in functions_of_an_optional_value {
        assert!(compiled(grant).is_err(), "{grant}");
        assert_eq!(interpreted(grant, r#"{"text":"a","list":["a"]}"#), None, "{grant}");
    }
    let language = Language::new(&["claims"]).unwrap();
    for grant in ["claims.in", "claims.true", "claims.?null", r#""\x+a""#, r#""\u+061""#] {
        assert!(compiled(grant).is_err(), "{grant}");
        assert!(Template::compile(&language, grant).is_err(), "{grant}");
    }
}
