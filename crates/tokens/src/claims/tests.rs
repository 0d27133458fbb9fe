use serde_json::{Value, json};

use super::*;

const NOW: u64 = 1_800_000_000;

fn valid() -> Value {
    json!({"iss": "https://issuer.example", "aud": "tablecast", "sub": "ada", "exp": NOW + 60})
}

fn check(claims: &str) -> Result<Claims, Refusal> {
    let rules = ClaimRules { issuer: "https://issuer.example", audience: "tablecast", now: NOW };
    rules.check(claims.to_owned())
}

/// Checks valid claims of which one is replaced.
fn with(name: &str, value: Value) -> Result<Claims, Refusal> {
    let mut claims = valid();
    claims[name] = value;
    check(&claims.to_string())
}

fn without(name: &str) -> Result<Claims, Refusal> {
    let mut claims = valid();
    claims.as_object_mut().unwrap().remove(name);
    check(&claims.to_string())
}

#[test]
fn valid_claims_are_returned_as_the_issuer_wrote_them() {
    let text = r#"{ "sub":"\u0061da", "iss":"https://issuer.example","aud":["x","tablecast"], "n":12345678901234567890123,"exp":1800000060}"#;
    let claims = check(text).unwrap();
    assert_eq!((claims.subject.as_str(), claims.expires_at, claims.text.as_str()), ("ada", NOW + 60, text));
}

#[test]
fn a_token_without_a_required_claim_is_refused() {
    for name in ["iss", "aud", "sub", "exp"] {
        assert_eq!(without(name), Err(Refusal::Missing(name)), "{name}");
    }
}

#[test]
fn a_claim_of_the_wrong_type_is_refused() {
    let texts = [json!(null), json!(1), json!(true), json!({}), json!(["https://issuer.example"])];
    for name in ["iss", "sub"] {
        for value in &texts {
            assert_eq!(with(name, value.clone()), Err(Refusal::Mistyped(name)), "{name} {value}");
        }
    }
    for value in [json!(null), json!(1), json!({"tablecast": true}), json!(["tablecast", 1])] {
        assert_eq!(with("aud", value.clone()), Err(Refusal::Mistyped("aud")), "{value}");
    }
}

#[test]
fn a_time_that_is_not_whole_seconds_is_refused() {
    let bad =
        ["null", "\"1800000060\"", "-1", "1e30", "1800000060.0", "1.8e9", "true", "[]", "1800000060000"];
    for value in bad {
        let text = valid().to_string().replace("1800000060", value);
        assert_eq!(check(&text), Err(Refusal::Mistyped("exp")), "{value}");
    }
    for name in ["nbf", "iat"] {
        for value in [json!(null), json!("1"), json!(-1), json!(1.5), json!(1e30)] {
            assert_eq!(with(name, value.clone()), Err(Refusal::Mistyped(name)), "{name} {value}");
        }
    }
}

#[test]
fn a_token_expires_in_the_second_of_its_exp() {
    assert!(with("exp", json!(NOW + 1)).is_ok());
    assert_eq!(with("exp", json!(NOW)), Err(Refusal::Expired));
    assert_eq!(with("exp", json!(0)), Err(Refusal::Expired));
}

#[test]
fn an_exp_after_the_year_9999_is_refused() {
    assert!(with("exp", json!(LAST_SECOND)).is_ok());
    for time in [LAST_SECOND + 1, u64::MAX] {
        assert_eq!(with("exp", json!(time)), Err(Refusal::Mistyped("exp")), "{time}");
    }
}

#[test]
fn the_clock_of_the_issuer_may_be_five_seconds_ahead() {
    for name in ["nbf", "iat"] {
        assert!(with(name, json!(NOW + LEEWAY)).is_ok(), "{name}");
        assert_eq!(with(name, json!(NOW + LEEWAY + 1)), Err(Refusal::Future(name)));
        assert_eq!(with(name, json!(u64::MAX)), Err(Refusal::Future(name)));
    }
}

#[test]
fn a_different_issuer_or_audience_is_refused() {
    for issuer in ["", "https://issuer.example/", "https://issuer.example.evil", "HTTPS://ISSUER.EXAMPLE"] {
        assert_eq!(with("iss", json!(issuer)), Err(Refusal::Issuer), "{issuer}");
    }
    for audience in [json!(""), json!("tablecast2"), json!("Tablecast"), json!([]), json!(["a", "tablecas"])]
    {
        assert_eq!(with("aud", audience.clone()), Err(Refusal::Audience), "{audience}");
    }
}

#[test]
fn a_subject_must_have_1_to_255_characters() {
    assert!(with("sub", json!("é".repeat(255))).is_ok());
    for subject in [String::new(), "x".repeat(256)] {
        assert_eq!(with("sub", json!(subject)), Err(Refusal::Subject));
    }
}

#[test]
fn claims_that_are_duplicated_or_not_an_object_are_refused() {
    let text = valid().to_string().replacen('{', r#"{"sub":"eve","#, 1);
    assert_eq!(check(&text), Err(Refusal::Claims));
    let list = r#"["https://issuer.example", "tablecast", "ada", 1800000060, 0, 0]"#;
    for text in [list, "", "[]", "null", "\"x\"", "{", "{}x"] {
        assert_eq!(check(text), Err(Refusal::Claims), "{text}");
    }
}
