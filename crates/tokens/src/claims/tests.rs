use serde_json::{Value, json};

use super::*;

const NOW: u64 = 1_800_000_000;

fn good() -> Value {
    json!({"iss": "https://issuer.example", "aud": "tablecast", "sub": "ada", "exp": NOW + 60})
}

fn check(claims: &str) -> Result<Claims, Refusal> {
    let rules = Rules { issuer: "https://issuer.example", audience: "tablecast", now: NOW };
    rules.check(claims.to_owned())
}

/// The good claims with one of them changed; null takes it away.
fn with(name: &str, value: Value) -> Result<Claims, Refusal> {
    let mut claims = good();
    claims[name] = value;
    check(&claims.to_string())
}

fn without(name: &str) -> Result<Claims, Refusal> {
    let mut claims = good();
    claims.as_object_mut().unwrap().remove(name);
    check(&claims.to_string())
}

#[test]
fn good_claims_are_passed_on_as_they_were_written() {
    let text = r#"{ "sub":"\u0061da", "iss":"https://issuer.example","aud":["x","tablecast"], "n":12345678901234567890123,"exp":1800000060}"#;
    let claims = check(text).unwrap();
    assert_eq!((claims.subject.as_str(), claims.expires_at, claims.text.as_str()), ("ada", NOW + 60, text));
}

#[test]
fn what_is_required_must_be_there() {
    for name in ["iss", "aud", "sub", "exp"] {
        assert_eq!(without(name), Err(Refusal::Missing(name)), "{name}");
    }
}

#[test]
fn every_claim_must_have_its_type() {
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
fn times_are_whole_seconds() {
    let bad =
        ["null", "\"1800000060\"", "-1", "1e30", "1800000060.0", "1.8e9", "true", "[]", "1800000060000"];
    for value in bad {
        let text = good().to_string().replace("1800000060", value);
        assert_eq!(check(&text), Err(Refusal::Mistyped("exp")), "{value}");
    }
    for name in ["nbf", "iat"] {
        for value in [json!(null), json!("1"), json!(-1), json!(1.5), json!(1e30)] {
            assert_eq!(with(name, value.clone()), Err(Refusal::Mistyped(name)), "{name} {value}");
        }
    }
}

#[test]
fn a_token_expires_at_exp_and_not_a_second_later() {
    assert!(with("exp", json!(NOW + 1)).is_ok());
    assert_eq!(with("exp", json!(NOW)), Err(Refusal::Expired));
    assert_eq!(with("exp", json!(0)), Err(Refusal::Expired));
}

#[test]
fn the_year_9999_is_the_last() {
    assert!(with("exp", json!(LAST_SECOND)).is_ok());
    for time in [LAST_SECOND + 1, u64::MAX] {
        assert_eq!(with("exp", json!(time)), Err(Refusal::Mistyped("exp")), "{time}");
    }
}

#[test]
fn the_issuers_clock_may_be_five_seconds_ahead() {
    for name in ["nbf", "iat"] {
        assert!(with(name, json!(NOW + LEEWAY)).is_ok(), "{name}");
        assert_eq!(with(name, json!(NOW + LEEWAY + 1)), Err(Refusal::Future(name)));
        assert_eq!(with(name, json!(u64::MAX)), Err(Refusal::Future(name)));
    }
}

#[test]
fn only_our_issuer_counts_and_only_what_is_meant_for_us() {
    for issuer in ["", "https://issuer.example/", "https://issuer.example.evil", "HTTPS://ISSUER.EXAMPLE"] {
        assert_eq!(with("iss", json!(issuer)), Err(Refusal::Issuer), "{issuer}");
    }
    for audience in [json!(""), json!("tablecast2"), json!("Tablecast"), json!([]), json!(["a", "tablecas"])]
    {
        assert_eq!(with("aud", audience.clone()), Err(Refusal::Audience), "{audience}");
    }
}

#[test]
fn a_subject_has_1_to_255_characters() {
    assert!(with("sub", json!("é".repeat(255))).is_ok());
    for subject in [String::new(), "x".repeat(256)] {
        assert_eq!(with("sub", json!(subject)), Err(Refusal::Subject));
    }
}

#[test]
fn a_claim_cannot_be_said_twice() {
    let text = good().to_string().replacen('{', r#"{"sub":"eve","#, 1);
    assert_eq!(check(&text), Err(Refusal::Claims));
    let list = r#"["https://issuer.example", "tablecast", "ada", 1800000060, 0, 0]"#;
    for text in [list, "", "[]", "null", "\"x\"", "{", "{}x"] {
        assert_eq!(check(text), Err(Refusal::Claims), "{text}");
    }
}
