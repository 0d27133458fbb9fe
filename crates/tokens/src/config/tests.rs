use jsonwebtoken::Algorithm;
use serde_json::{Value, json};

use super::*;
use crate::development;
use crate::key_source::KeySource;

const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

/// Applies changes to a valid configuration and returns the resulting error.
fn error_with(changes: &[(&str, &str)]) -> Option<String> {
    config_with(changes).err().map(|error| error.to_string())
}

fn config_with(changes: &[(&str, &str)]) -> Result<TokenConfig> {
    let valid = [
        ("ISSUER", "https://issuer.example"),
        ("AUDIENCE", "tablecast"),
        ("ALGORITHMS", "ES256, RS256"),
        ("JWKS", JWKS),
    ];
    let value = |name: &str| {
        let mut all = changes.iter().chain(&valid);
        all.find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    };
    TokenConfig::read(&value)
}

#[test]
fn a_valid_configuration_is_accepted() {
    assert_eq!(error_with(&[]), None);
    assert_eq!(error_with(&[("ALGORITHMS", "RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,EdDSA")]), None);
    assert_eq!(error_with(&[("JWKS", ""), ("JWKS_URL", "https://issuer.example/keys")]), None);
}

#[test]
fn a_missing_variable_is_named_in_the_error() {
    for name in ["ISSUER", "AUDIENCE", "ALGORITHMS"] {
        assert!(error_with(&[(name, " ")]).unwrap().contains(&format!("{name} is not set")), "{name}");
    }
    assert!(error_with(&[("JWKS", "")]).unwrap().contains("JWKS_URL"));
    assert!(error_with(&[("JWKS_URL", "https://issuer.example/keys")]).unwrap().contains("both are set"));
}

#[test]
fn only_algorithms_with_a_public_key_are_accepted() {
    for name in ["none", "NONE", "rs256", "ES512", "RS256,,ES256", "*"] {
        assert!(
            error_with(&[("ALGORITHMS", name)]).unwrap().contains("is not supported. Use RS256"),
            "{name}"
        );
    }
    for name in ["HS256", "RS256,HS512"] {
        assert!(error_with(&[("ALGORITHMS", name)]).unwrap().contains("symmetric"), "{name}");
    }
}

#[test]
fn an_inline_key_set_needs_a_key_for_the_algorithms() {
    assert!(error_with(&[("JWKS", "{")]).unwrap().starts_with("JWKS: "));
    assert!(error_with(&[("ALGORITHMS", "RS256")]).unwrap().contains("no key"));
}

#[test]
fn a_key_set_url_must_be_https_or_on_this_machine() {
    let url = |url| error_with(&[("JWKS", ""), ("JWKS_URL", url)]);
    for good in [
        "https://h/keys?x=1",
        "http://127.0.0.1:8080/keys",
        "http://localhost",
        "http://[::1]:80/k",
        "http://[::1]/",
    ] {
        assert_eq!(url(good), None, "{good}");
    }
    for bad in [
        "http://issuer.example/keys",
        "http://127.0.0.1@issuer.example/keys",
        "http://127.0.0.1.issuer.example/keys",
        "http://localhost.example/",
        "https://",
        "https:///keys",
        "ftp://h/keys",
        "file:///keys",
        "issuer.example/keys",
    ] {
        assert!(url(bad).unwrap().contains("is not an https URL"), "{bad}");
    }
}

#[test]
fn several_audiences_are_separated_by_commas() {
    let audiences = |list: &str| {
        let config = config_with(&[("AUDIENCE", list)]).unwrap();
        config.issuer("https://issuer.example").unwrap().audiences.clone()
    };
    assert_eq!(audiences("web,mobile"), ["web", "mobile"]);
    assert_eq!(audiences(" web , https://api.example.com/v1 "), ["web", "https://api.example.com/v1"]);
    for bad in ["web,,mobile", "web,", ",web", ","] {
        assert!(error_with(&[("AUDIENCE", bad)]).unwrap().contains("empty audience"), "{bad}");
    }
    for bad in ["web mobile", "web;mobile", r#"["web","mobile"]"#, "'web'", "web, mobile app"] {
        let error = error_with(&[("AUDIENCE", bad)]).unwrap();
        assert!(error.contains("Separate several audiences with commas: web,mobile"), "{bad}: {error}");
    }
}

#[test]
fn the_leeway_is_0_to_60_seconds() {
    let leeway = |text| config_with(&[("LEEWAY", text)]).unwrap().leeway;
    assert_eq!(config_with(&[]).unwrap().leeway, 5);
    assert_eq!([leeway("0"), leeway(" 30 "), leeway("60")], [0, 30, 60]);
    for bad in ["61", "-1", "5s", "1.5", "1e1", "many"] {
        assert!(error_with(&[("LEEWAY", bad)]).unwrap().contains("from 0 to 60"), "{bad}");
    }
}

#[test]
fn a_list_in_issuer_is_refused() {
    for list in ["https://a.example,https://b.example", "https://a.example https://b.example"] {
        assert!(error_with(&[("ISSUER", list)]).unwrap().contains("use ISSUERS"), "{list}");
    }
}

/// The error of a list of issuers.
fn error_of(issuers: &str) -> Option<String> {
    TokenConfig::read(&|name| (name == "ISSUERS").then(|| issuers.to_owned())).err().map(|e| e.to_string())
}

#[test]
fn each_of_several_issuers_has_its_own_audiences_algorithms_keys_and_subject() {
    let list = json!([
        {"issuer": "https://a.example", "audience": ["web", "mobile app"], "jwks_url": "https://a.example/keys"},
        {"issuer": "https://b.example", "audience": "api", "algorithms": ["ES256"], "subject_claim": "oid",
         "jwks": serde_json::from_str::<Value>(JWKS).unwrap()},
    ]);
    let config = TokenConfig::read(&|name| match name {
        "ISSUERS" => Some(list.to_string()),
        "LEEWAY" => Some("7".to_owned()),
        _ => None,
    });
    let config = config.unwrap();
    let (a, b) = (config.issuer("https://a.example").unwrap(), config.issuer("https://b.example").unwrap());
    assert_eq!(
        (&a.audiences[..], &a.algorithms[..]),
        (&["web".into(), "mobile app".into()][..], &[Algorithm::RS256][..])
    );
    assert_eq!((&b.audiences[..], &b.algorithms[..]), (&["api".to_owned()][..], &[Algorithm::ES256][..]));
    assert_eq!([&a.subject_claim, &b.subject_claim], ["sub", "oid"]);
    assert!(matches!((&a.keys, &b.keys), (KeySource::Remote(_), KeySource::Inline(_))));
    assert_eq!((config.leeway, config.issuer("https://c.example").err()), (7, Some(Refusal::Issuer)));
}

/// Two issuers can use the same subject for different users.
#[test]
fn a_principal_is_a_subject_of_one_issuer() {
    let one = config_with(&[]).unwrap();
    assert_eq!(one.principal(one.issuer("https://issuer.example").unwrap(), "ada".into()), "ada");
    let entry =
        |issuer: &str| json!({"issuer": issuer, "audience": "api", "jwks_url": "https://a.example/keys"});
    let list = json!([entry("https://a.example"), entry("https://b.example")]).to_string();
    let two = TokenConfig::read(&|name| (name == "ISSUERS").then(|| list.clone())).unwrap();
    let principal = |issuer| two.principal(two.issuer(issuer).unwrap(), "ada".into());
    assert_eq!(principal("https://a.example"), "https://a.example ada");
    assert_ne!(principal("https://a.example"), principal("https://b.example"));
}

#[test]
fn a_wrong_list_of_issuers_is_refused_with_the_issuer_and_the_remedy() {
    let entry = |more: &str| {
        let keys = if more.contains("jwks") { "" } else { r#""jwks_url":"https://a.example/keys","# };
        format!(r#"[{{"issuer":"https://a.example",{keys}{more}}}]"#)
    };
    assert_eq!(error_of(&entry(r#""audience":"api""#)), None);
    for (list, expected) in [
        ("[]".to_owned(), "the list is empty"),
        (entry(r#""audience":"api","audience":"web""#), "duplicate field `audience`"),
        (
            r#"[["https://a.example","api",["RS256"],null,"https://a.example/keys",null]]"#.to_owned(),
            "expected an object",
        ),
        ("{}".to_owned(), "Write a list"),
        ("https://a.example".to_owned(), "Write a list"),
        (entry(r#""audiences":["api"]"#), "unknown field `audiences`"),
        (entry(r#""aud":1"#), "unknown field"),
        (r#"[{"issuer":"https://a.example"}]"#.to_owned(), "missing field `audience`"),
        (entry(r#""audience":7"#), "audience must be a text or a list of texts"),
        (entry(r#""audience":[]"#), r#"issuer "https://a.example": AUDIENCE: "#),
        (entry(r#""audience":["api",""]"#), "AUDIENCE: the list has an empty audience"),
        (entry(r#""audience":"api","algorithms":["HS256"]"#), "symmetric"),
        (entry(r#""audience":"api","algorithms":[]"#), "algorithms is empty"),
        (entry(r#""audience":"api","jwks_url":"http://a.example/keys""#), "is not an https URL"),
        (entry(r#""audience":"api","jwks":{"keys":[]}"#), "no key"),
        (
            entry(r#""audience":"api""#).replace("https://a.example\"", "https://x.localhost\""),
            "only the local mode",
        ),
    ] {
        let error = error_of(&list).unwrap_or_else(|| panic!("{list} is accepted"));
        assert!(error.starts_with("ISSUERS") && error.contains(expected), "{list}: {error}");
    }
    let twice = entry(r#""audience":"api""#).replace("}]", "},") + &entry(r#""audience":"web""#)[1..];
    assert!(error_of(&twice).unwrap().contains("https://a.example occurs twice"));
}

#[test]
fn issuers_and_a_single_issuer_cannot_both_be_set() {
    for name in ["ISSUER", "AUDIENCE", "ALGORITHMS", "JWKS", "JWKS_URL", "SUBJECT_CLAIM"] {
        let variable = |wanted: &str| [name, "ISSUERS"].contains(&wanted).then(|| "[]".to_owned());
        let error = TokenConfig::read(&variable).unwrap_err().to_string();
        assert!(error.starts_with(&format!("ISSUERS and {name} are both set")), "{error}");
    }
}

/// Sets the variables of the local mode, with and without those that Lambda sets.
#[test]
fn a_deployed_function_refuses_the_development_issuer() {
    let opt_in = ("DEVELOPMENT_ISSUER", "accepted");
    let on_lambda = ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    let dev = ("ISSUER", development::ISSUER);
    assert_eq!(error_with(&[dev, opt_in]), None);
    for deployed in [&[dev][..], &[dev, opt_in, on_lambda], &[dev, ("DEVELOPMENT_ISSUER", "no")]] {
        assert!(error_with(deployed).unwrap().contains("only the local mode accepts"), "{deployed:?}");
    }
}

#[test]
fn every_spelling_of_localhost_is_a_development_issuer() {
    for issuer in [
        "https://tablecast.localhost/dev/",
        "HTTPS://TableCast.LocalHost/x",
        "http://localhost:8080/realms/x",
        "https://a.localhost.",
        "localhost",
        "tablecast.localhost",
    ] {
        assert!(error_with(&[("ISSUER", issuer)]).unwrap().contains("development issuer"), "{issuer}");
    }
    for issuer in ["https://localhost.example", "https://mylocalhost", "accounts.google.com"] {
        assert_eq!(error_with(&[("ISSUER", issuer)]), None, "{issuer}");
    }
}

#[tokio::test]
async fn keys_that_cannot_be_used_have_their_issuer_address_and_reason() {
    assert_eq!(config_with(&[]).unwrap().unusable_keys().await, []);
    let closed = [("JWKS", ""), ("JWKS_URL", "http://127.0.0.1:1/keys")];
    let unusable = config_with(&closed).unwrap().unusable_keys().await;
    let [(issuer, reason)] = &unusable[..] else { panic!("{unusable:?}") };
    assert_eq!(issuer, "https://issuer.example");
    assert!(reason.starts_with("http://127.0.0.1:1/keys: the server is unreachable: "), "{reason}");
    assert!(reason.contains("onnection refused"), "{reason}");
}
