//! Environment variables of functions: `{"TABLE_NAMES": "...", ...}`. Accepted values have the meaning of a plain reading.
//! An error names its variable.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};
use tablecast_config::{parse_event_limit, parse_table_names};
use tablecast_tokens::TokenConfig;

use super::signer;
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "settings", form: Form::Json, check, samples, words: &[WORDS], inputs: 2000 };

const WORDS: &[&str] = &[
    "TABLE_NAMES",
    "MAX_EVENT_BYTES",
    "ISSUER",
    "AUDIENCE",
    "ALGORITHMS",
    "SUBJECT_CLAIM",
    "JWKS",
    "JWKS_URL",
    "ISSUERS",
    "LEEWAY",
    r#"{"orders":"prod-orders"}"#,
    "2048",
    "1048576",
    "60",
    "https://issuer.example",
    "tablecast, web",
    "RS256,ES256",
    "HS256",
    "http://127.0.0.1/jwks",
    "https://keys.example/jwks",
];

fn samples() -> Vec<String> {
    let one = json!({"TABLE_NAMES": r#"{"orders":"prod-orders","carts":"c"}"#, "MAX_EVENT_BYTES": "262144", "LEEWAY": "30",
        "ISSUER": signer::ISSUER, "AUDIENCE": "tablecast, web", "ALGORITHMS": "EdDSA,RS256", "JWKS": signer::key_set()});
    let url = json!({"ISSUER": "https://a.example", "AUDIENCE": "b", "JWKS_URL": "https://a.example/keys", "SUBJECT_CLAIM": "oid"});
    let several =
        r#"[{"issuer":"https://a.example","audience":["b","c"],"jwks_url":"https://a.example/keys"}]"#;
    [one, url, json!({"ISSUERS": several, "LEEWAY": "0"})].map(|variables| variables.to_string()).to_vec()
}

fn check(text: &str) {
    let Ok(variables) = serde_json::from_str::<Json>(text) else { return };
    let variable = |name: &str| variables[name].as_str().map(str::to_owned);
    check_table_names(&variable("TABLE_NAMES").unwrap_or_default());
    check_event_limit(&variable("MAX_EVENT_BYTES").unwrap_or_default());
    check_tokens(&variable);
}

fn check_table_names(text: &str) {
    let read: Option<BTreeMap<String, String>> = serde_json::from_str(text).ok();
    let expected =
        read.filter(|names| names.iter().all(|(own, deployed)| !own.is_empty() && !deployed.is_empty()));
    match parse_table_names(text) {
        Ok(names) => assert_eq!(Some(names), expected),
        Err(error) => {
            assert!(expected.is_none() && error.to_string().starts_with("TABLE_NAMES="), "{error}");
        }
    }
}

fn check_event_limit(text: &str) {
    match parse_event_limit(text) {
        Ok(bytes) => {
            assert!((2048..=1_048_576).contains(&bytes));
            assert_eq!(parse_event_limit(&bytes.to_string()), Ok(bytes));
        }
        Err(error) => assert!(error.to_string().starts_with("MAX_EVENT_BYTES="), "{error}"),
    }
}

fn check_tokens(variable: &dyn Fn(&str) -> Option<String>) {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.trim().is_empty());
    match TokenConfig::read(variable) {
        Ok(_) => {
            assert!(is_set("ISSUERS") || is_set("ISSUER") && is_set("AUDIENCE"));
            assert!(
                is_set("ISSUERS") || is_set("JWKS") != is_set("JWKS_URL"),
                "keys from nowhere, or from two places"
            );
            assert!(!is_set("ISSUERS") || !is_set("ISSUER"));
        }
        Err(error) => {
            let text = error.to_string();
            assert!(WORDS[2..10].iter().any(|name| text.contains(name)), "{text}");
            assert_eq!(TokenConfig::read(variable).err(), Some(error));
        }
    }
}
