use serde_json::{Value, json};

use super::*;

const NOW: u64 = 1_800_000_000;

fn valid() -> Value {
    json!({"iss": "https://issuer.example", "aud": "tablecast", "sub": "ada", "exp": NOW + 60})
}

const LEEWAY: u64 = 5;

fn check(claims: &str) -> Result<Checked, Refusal> {
    check_with(claims, &["tablecast"], "sub")
}

fn check_with(claims: &str, audiences: &[&str], subject_claim: &str) -> Result<Checked, Refusal> {
    let audiences: Vec<_> = audiences.iter().map(|audience| (*audience).to_owned()).collect();
    let rules = ClaimRules {
        issuer: "https://issuer.example",
        audiences: &audiences,
        subject_claim,
        leeway: LEEWAY,
        now: NOW,
    };
    rules.check(claims)
}

/// Checks valid claims of which one is replaced.
fn with(name: &str, value: Value) -> Result<Checked, Refusal> {
    let mut claims = valid();
    claims[name] = value;
    check(&claims.to_string())
}

fn without(name: &str) -> Result<Checked, Refusal> {
    let mut claims = valid();
    claims.as_object_mut().unwrap().remove(name);
    check(&claims.to_string())
}

#[test]
fn valid_claims_are_accepted() {
    let text = r#"{ "sub":"\u0061da", "iss":"https://issuer.example","aud":["x","tablecast"], "n":12345678901234567890123,"exp":1800000060}"#;
    assert_eq!(check(text), Ok(Checked { subject: "ada".into(), expires_at: NOW + 60 }));
    assert_eq!(claimed_issuer(text).as_deref(), Ok("https://issuer.example"));
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
fn a_time_that_is_no_number_of_seconds_is_refused() {
    let bad = [
        "null",
        "\"1800000060\"",
        "-1",
        "-0.5",
        "1e30",
        "1e400",
        "true",
        "[]",
        "{}",
        "1800000060000",
        "1.8e12",
    ];
    for value in bad {
        let text = valid().to_string().replace("1800000060", value);
        let refused = check(&text);
        assert!(matches!(refused, Err(Refusal::Mistyped("exp") | Refusal::Claims)), "{value}: {refused:?}");
    }
    for name in ["nbf", "iat"] {
        for value in [json!(null), json!("1"), json!(-1), json!(1e30), json!([1]), json!({})] {
            assert_eq!(with(name, value.clone()), Err(Refusal::Mistyped(name)), "{name} {value}");
        }
    }
}

/// RFC 7519, section 2: a NumericDate can have a fraction.
#[test]
fn a_time_can_have_a_fraction_which_never_extends_a_token() {
    for (value, expires_at) in [
        ("1800000060.0", NOW + 60),
        ("1800000060.533563", NOW + 60),
        ("1800000060.999999", NOW + 60),
        ("1.80000006e9", NOW + 60),
        ("1.800000060533563E9", NOW + 60),
        ("1800000001.000001", NOW + 1),
    ] {
        let text = valid().to_string().replace("1800000060", value);
        assert_eq!(check(&text).map(|claims| claims.expires_at), Ok(expires_at), "{value}");
    }
    assert_eq!(with("exp", json!(NOW as f64 + 0.9)), Err(Refusal::Expired));
    for name in ["nbf", "iat"] {
        assert!(with(name, json!(NOW as f64 - 10.5)).is_ok(), "{name}");
        assert!(with(name, json!((NOW + LEEWAY) as f64 + 0.9)).is_ok(), "{name}");
        assert_eq!(with(name, json!((NOW + LEEWAY) as f64 + 1.1)), Err(Refusal::Future(name)));
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
fn the_clock_of_the_issuer_may_be_ahead_by_the_leeway() {
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
fn a_token_must_be_for_one_of_the_audiences() {
    for audience in [json!("web"), json!("mobile"), json!(["other", "mobile"])] {
        let mut claims = valid();
        claims["aud"] = audience;
        assert!(check_with(&claims.to_string(), &["web", "mobile"], "sub").is_ok(), "{claims}");
        assert_eq!(check_with(&claims.to_string(), &["web2", "web,mobile"], "sub"), Err(Refusal::Audience));
    }
}

/// API Gateway's JWT authorizer reads `client_id` only if there is no `aud`.
#[test]
fn the_client_of_a_token_counts_only_if_it_has_no_audience() {
    let refused = |more: Value| {
        let mut claims = valid();
        claims.as_object_mut().unwrap().remove("aud");
        claims.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        check(&claims.to_string()).err()
    };
    for accepted in [json!({"client_id": "tablecast"}), json!({"azp": "tablecast"})] {
        assert_eq!(refused(accepted), None);
    }
    for (claims, refusal) in [
        (json!({}), Refusal::Missing("aud")),
        (json!({"client_id": "other"}), Refusal::Audience),
        (json!({"client_id": "other", "azp": "tablecast"}), Refusal::Audience),
        (json!({"aud": "other", "client_id": "tablecast", "azp": "tablecast"}), Refusal::Audience),
        (json!({"aud": [], "client_id": "tablecast"}), Refusal::Audience),
        (json!({"aud": null, "client_id": "tablecast"}), Refusal::Mistyped("aud")),
        (json!({"client_id": ["tablecast"]}), Refusal::Mistyped("client_id")),
        (json!({"client_id": null, "azp": "tablecast"}), Refusal::Mistyped("client_id")),
        (json!({"azp": 7}), Refusal::Mistyped("azp")),
        (json!({"cid": "tablecast", "appid": "tablecast"}), Refusal::Missing("aud")),
    ] {
        assert_eq!(refused(claims.clone()), Some(refusal), "{claims}");
    }
}

#[test]
fn another_claim_can_identify_the_subject() {
    let subject = |more: Value, name: &str| {
        let mut claims = json!({"iss": "https://issuer.example", "aud": "tablecast", "exp": NOW + 60});
        claims.as_object_mut().unwrap().append(&mut more.as_object().unwrap().clone());
        check_with(&claims.to_string(), &["tablecast"], name).map(|claims| claims.subject)
    };
    assert_eq!(subject(json!({"oid": "7", "sub": "ada"}), "oid").as_deref(), Ok("7"));
    assert_eq!(subject(json!({"https://a.example/user": "7"}), "https://a.example/user").as_deref(), Ok("7"));
    assert_eq!(subject(json!({"client_id": "job"}), "client_id").as_deref(), Ok("job"));
    for more in
        [json!({}), json!({"sub": "ada"}), json!({"oid": 7}), json!({"oid": null}), json!({"oid": ["7"]})]
    {
        assert_eq!(subject(more.clone(), "oid"), Err(Refusal::NoSubject), "{more}");
    }
    assert_eq!(subject(json!({"oid": ""}), "oid"), Err(Refusal::Subject));
    assert_eq!(subject(json!({"oid": "7", "sub": 7}), "oid"), Err(Refusal::Mistyped("sub")));
    assert_eq!(subject(json!({}), "sub"), Err(Refusal::Missing("sub")));
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
    for twice in
        [r#"{"sub":"eve","#, r#"{"oid":"1","oid":"2","#, r#"{"sub":"eve","#, r#"{"oid":"1","\u006fid":"2","#]
    {
        let text = valid().to_string().replacen('{', twice, 1);
        assert_eq!(check(&text), Err(Refusal::Claims), "{text}");
    }
    let list = r#"["https://issuer.example", "tablecast", "ada", 1800000060, 0, 0]"#;
    for text in [list, "", "[]", "null", "\"x\"", "{", "{}x"] {
        assert_eq!(check(text), Err(Refusal::Claims), "{text}");
    }
}
