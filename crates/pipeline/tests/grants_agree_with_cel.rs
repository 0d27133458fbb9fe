//! Grants are a subset of CEL that needs no interpreter. The interpreter gives the same result for every
//! grant, if a later part of a text is also its last one.
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

/// The patterns of a grant as functions evaluate it.
fn evaluated(grant: &Text, claims: &str) -> Vec<String> {
    match compiled(&grant.written()).unwrap().to(claims).unwrap() {
        Granted::Within(patterns) => patterns.iter().map(Pattern::to_string).collect(),
        Granted::Everything => panic!("a grant is never everything"),
    }
}

/// The patterns of a grant as the CEL interpreter evaluates it. A grant with a list is short for one grant for
/// each element.
fn interpreted(grant: &Text, claims: &str) -> Vec<String> {
    match grant.lists() {
        0 => interpreted_text(&grant.cel, claims).into_iter().collect(),
        1 => (0..MOST_ELEMENTS).filter_map(|at| interpreted_text(&grant.element(at), claims)).collect(),
        _ => Vec::new(),
    }
}

thread_local! {
    static LANGUAGE: Language = Language::new(&["claims"]).unwrap();
}

fn interpreted_text(grant: &str, claims: &str) -> Option<String> {
    let template = LANGUAGE.with(|language| Template::compile(language, grant)).unwrap();
    let claims = claims::parse(claims).unwrap();
    let text = template.fill(&Scope(&[("claims", &claims)])).ok()?;
    Pattern::parse(&text).ok().map(|pattern| pattern.to_string())
}

/// A grant, or a part of one. `LIST` is after each list that is used as a whole.
#[derive(Debug, Clone)]
struct Text {
    written: String,
    /// The grant with its own rule for parts of a text.
    cel: String,
}

const LIST: &str = "\u{a7}";

/// More than any list of the test has.
const MOST_ELEMENTS: usize = 8;

impl Text {
    fn of(written: String) -> Self {
        Self { cel: written.clone(), written }
    }

    /// A part of a text. Nothing is granted for a part that is neither the first nor the last one.
    fn of_part(parts: &str, at: usize) -> Self {
        let written = format!("{parts}[{at}]");
        let cel = format!("(size({parts}) == {at} + 1 ? {written} : \"\")");
        Self { cel: if at == 0 { written.clone() } else { cel }, written }
    }

    fn lists(&self) -> usize {
        self.written.matches(LIST).count()
    }

    fn written(&self) -> String {
        self.written.replace(LIST, "")
    }

    /// The same with one element of the list.
    fn element(&self, at: usize) -> String {
        self.cel.replace(LIST, &format!("[{at}]"))
    }

    fn map(&self, grant: impl Fn(&str) -> String) -> Self {
        Self { written: grant(&self.written), cel: grant(&self.cel) }
    }
}

fn path() -> impl Strategy<Value = Text> {
    let root = prop::sample::select(vec![
        "claims.text",
        "claims[\"text\"]",
        "claims.?text",
        "claims[?\"text\"]",
        "claims.number",
        "claims.yes",
        "claims.nothing",
        "claims.list\u{a7}",
        "claims.map.list\u{a7}",
        "claims.?list\u{a7}",
        "claims.empty\u{a7}",
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
        ("", None),
        ("", None),
        (".lowerAscii()", None),
        (".upperAscii()", None),
        (".trim()", None),
        (".split(\".\")", Some(0)),
        (".split(\"b\")\u{a7}", None),
        (".split(\"@\")", Some(1)),
        (".split(\"b\")", Some(1)),
        (".split(\"b\")", Some(3)),
        (".replace(\"b\", \"-\")", None),
        (".replace(\"@\", \"/\")", None),
        (".substring(1)", None),
        (".substring(1, 3)", None),
        (".substring(2, 9)", None),
    ]);
    // A function of an optional value is an error in CEL, and refused in a grant (see below).
    (root, prop::bool::ANY, call).prop_map(|(root, text, (call, part))| {
        if root.contains('?') || root.starts_with('(') {
            return Text::of(root.to_owned());
        }
        let called = if text { format!("string({root}){call}") } else { format!("{root}{call}") };
        match part {
            Some(at) => Text::of_part(&called, at),
            None => Text::of(called),
        }
    })
}

fn claims() -> impl Strategy<Value = String> {
    ("[a-cA-C@. ]{0,6}", "[a-c]{0,2}", "-?[1-9][0-9]{0,24}(\\.[0-9]{1,3})?").prop_map(|(text, inner, number)| {
        let json = |text: &str| serde_json::to_string(text).unwrap();
        format!(
            r#"{{"text":{},"number":{number},"yes":true,"nothing":null,"list":["a",{},7,["b"],null,"Bob"],"empty":[],"map":{{"inner":{},"list":[{},true]}},"custom:x":"c"}}"#,
            json(&text), json(&text), json(&inner), json(&inner),
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_grant_gives_the_same_result_as_the_interpreter(first in path(), second in path(), claims in claims()) {
        let both = |first: &str, second: &str| format!("'a' + {first} + r\"/\" + ({second} + \"\\u0062\")");
        for grant in [
            first.map(|first| format!("\"orders/\" + {first} + \"/*\"")),
            Text { written: both(&first.written, &second.written), cel: both(&first.cel, &second.cel) },
            first,
        ] {
            prop_assert_eq!(evaluated(&grant, &claims), interpreted(&grant, &claims), "{:?} of {}", grant, claims);
        }
    }
}

/// No expression that the interpreter refuses is a grant.
#[test]
fn what_the_interpreter_refuses_is_no_grant() {
    let functions_of_an_optional_value = [
        "claims.?text.lowerAscii()",
        r#"claims[?"text"].trim()"#,
        "claims.list[?0].trim()",
        "string(claims.?text)",
    ];
    let names_and_escapes = ["claims.in", "claims.true", "claims.?null", r#""\x+a""#, r#""\u+061""#];
    let language = Language::new(&["claims"]).unwrap();
    for grant in functions_of_an_optional_value.into_iter().chain(names_and_escapes) {
        assert!(compiled(grant).is_err(), "{grant}");
        assert!(Template::compile(&language, grant).is_err(), "{grant}");
    }
}
