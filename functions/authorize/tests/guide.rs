//! docs/guides/authorize.md has a configuration and a grant for each well-known issuer. They work with the
//! issuer's documented tokens, which crates/tokens/tests/issuers has.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tablecast_definitions::grant::{Granted, Grants};
use tablecast_definitions::problem::DefinitionFile;
use tablecast_tokens::TokenConfig;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixtures() -> Vec<(String, Value)> {
    let files = fs::read_dir(root().join("crates/tokens/tests/issuers")).unwrap();
    let paths = files.map(|entry| entry.unwrap().path());
    let read = |path: PathBuf| {
        (path.display().to_string(), serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap())
    };
    paths.map(read).collect()
}

/// A section of the guide up to the next heading, with the placeholders of a fixture filled in.
fn section(fixture: &Value) -> String {
    let guide = fs::read_to_string(root().join("docs/guides/authorize.md")).unwrap();
    let title = fixture["guide"]["section"].as_str().unwrap();
    let (_, rest) = guide.split_once(&format!("# {title}\n")).unwrap_or_else(|| panic!("no section {title}"));
    let mut text = rest.split("\n#").next().unwrap().to_owned();
    for (placeholder, value) in fixture["guide"]["placeholders"].as_object().unwrap() {
        text = text.replace(placeholder, value.as_str().unwrap());
    }
    text
}

fn block<'t>(section: &'t str, language: &str) -> &'t str {
    let (_, rest) = section.split_once(&format!("```{language}\n")).unwrap();
    rest.split("```").next().unwrap()
}

/// Reads the members of `tokens`: texts and lists of texts. Then names them as Terraform does.
fn variables(hcl: &str) -> BTreeMap<&'static str, String> {
    let mut members: BTreeMap<&str, Value> = BTreeMap::new();
    for (name, value) in hcl.lines().filter_map(|line| line.split_once(" = ")) {
        let mut values = serde_json::Deserializer::from_str(value).into_iter::<Value>();
        members.extend(values.next().unwrap().ok().map(|value| (name.trim(), value)));
    }
    let texts = |name: &str| match members.get(name) {
        Some(Value::Array(texts)) => texts.iter().map(|text| text.as_str().unwrap().to_owned()).collect(),
        Some(Value::String(text)) => vec![text.clone()],
        _ => Vec::new(),
    };
    let audiences = [texts("audience"), texts("audiences")].concat();
    let named = [
        ("ISSUER", texts("issuer")),
        ("AUDIENCE", audiences),
        ("JWKS_URL", texts("jwks_url")),
        ("SUBJECT_CLAIM", texts("subject_claim")),
    ];
    named
        .into_iter()
        .filter(|(_, texts)| !texts.is_empty())
        .map(|(name, texts)| (name, texts.join(",")))
        .collect()
}

/// The grants of the section of a fixture.
fn grants(fixture: &Value) -> Grants {
    let grant = block(&section(fixture), "yaml").to_owned();
    let text = format!("table: orders\nsubject: '\"x\"'\n{grant}\nevents: []\n");
    Grants::compile(&[DefinitionFile { file: "orders.yaml".into(), name: "orders".into(), text }]).unwrap()
}

fn granted(grants: &Grants, claims: &str) -> Vec<String> {
    match grants.to(claims).unwrap() {
        Granted::Within(patterns) => patterns.iter().map(ToString::to_string).collect(),
        Granted::Everything => panic!("a grant is never everything"),
    }
}

#[test]
fn the_configuration_of_the_guide_accepts_the_documented_tokens() {
    for (name, fixture) in fixtures() {
        let mut variables = variables(block(&section(&fixture), "hcl"));
        let documented = serde_json::to_value(&variables).unwrap();
        assert_eq!(documented, fixture["variables"], "{name}");
        variables.insert("ALGORITHMS", "RS256".to_owned());
        TokenConfig::read(&|name| variables.get(name).cloned())
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn the_grants_of_the_guide_give_subjects_for_the_documented_claims() {
    for (name, fixture) in fixtures() {
        let grants = grants(&fixture);
        let claims = fixture["claims"].to_string();
        assert_eq!(serde_json::to_value(granted(&grants, &claims)).unwrap(), fixture["granted"], "{name}");
        assert_eq!(grants.unfilled(&claims), [], "{name}");
    }
}

/// A user who may only create groups inside of their own must not reach the subjects of others.
#[test]
fn a_nested_group_of_keycloak_is_not_another_group() {
    let (_, mut fixture) =
        fixtures().into_iter().find(|(name, _)| name.contains("keycloak-access.")).unwrap();
    fixture["claims"]["groups"] = json!(["/a/cme", "/acme/eu"]);
    assert_eq!(granted(&grants(&fixture), &fixture["claims"].to_string()), [""; 0]);
}
