//! The claims of a token that the issuer signed. They are accepted exactly if a plain reading of the rules accepts them.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value as Json;
use serde_json::value::RawValue;
use tablecast_values::cursor::Cursor;

use super::signer::{self, AUDIENCE, CLAIMS, HEADER, ISSUER};
use crate::target::{Form, Target};

pub const TARGET: Target =
    Target { name: "claims", form: Form::Json, check, samples, words: &[WORDS], inputs: 1000 };

const WORDS: &[&str] =
    &["iss", "aud", "sub", "exp", "nbf", "iat", "client_id", "azp", ISSUER, AUDIENCE, "ada"];

/// The end of the year 9999.
const LAST_SECOND: f64 = 253_402_300_799.0;

/// Seconds around now in which the clock decides.
const UNDECIDED: f64 = 120.0;

fn samples() -> Vec<String> {
    let several = CLAIMS.replace(r#""tablecast""#, r#"["other","tablecast"]"#);
    let client = CLAIMS.replace("aud", "client_id").replace("iat", "nbf");
    vec![CLAIMS.to_owned(), several, client]
}

fn check(claims: &str) {
    let token = signer::token(HEADER, claims);
    let accepted = signer::verify(&token);
    if let Ok(accepted) = &accepted {
        assert_eq!(accepted.text, claims.trim());
    }
    if token.len() < 8_000 && !has_undecided_time(claims) && !has_half_a_character(claims) {
        let expected = principal(claims);
        assert_eq!(accepted.clone().ok().map(|claims| claims.principal), expected, "{accepted:?}");
    }
}

/// The subject of claims that are in order.
fn principal(claims: &str) -> Option<String> {
    let json: Json = serde_json::from_str(claims).ok()?;
    let text = |name: &str| json.get(name).map(|value| value.as_str().map(str::to_owned));
    let is_past = |name: &str| {
        json.get(name).is_none_or(|time| time.as_f64().is_some_and(|time| (0.0..now()).contains(&time)))
    };
    let audience = match (json.get("aud"), json.get("client_id").or(json.get("azp"))) {
        (Some(Json::String(one)), _) => one == AUDIENCE,
        (Some(Json::Array(all)), _) => {
            all.iter().all(Json::is_string) && all.iter().any(|one| one == AUDIENCE)
        }
        (None, Some(client)) => client == AUDIENCE,
        _ => false,
    };
    let expires = json.get("exp")?.as_f64()?;
    let is_valid =
        audience && is_past("nbf") && is_past("iat") && expires > now() && expires < LAST_SECOND + 1.0;
    let subject = text("sub")??;
    let is_subject = (1..=255).contains(&subject.chars().count());
    (is_valid && is_subject && text("iss")?? == ISSUER && !repeats(claims)).then_some(subject)
}

fn repeats(claims: &str) -> bool {
    let (mut names, mut count) = (BTreeSet::new(), 0);
    let read = Cursor::new(claims).object(|cursor, name| {
        names.insert(name);
        count += 1;
        cursor.skip()
    });
    read.is_err() || names.len() < count
}

fn has_undecided_time(claims: &str) -> bool {
    let json: Json = serde_json::from_str(claims).unwrap_or_default();
    let time = |name: &&str| json.get(*name).and_then(Json::as_f64);
    ["nbf", "iat", "exp"].iter().filter_map(time).any(|time| (time - now()).abs() < UNDECIDED)
}

/// `\ud800` without its second half is JSON. The plain reading cannot read it, also in claims that have no rule.
fn has_half_a_character(claims: &str) -> bool {
    serde_json::from_str::<&RawValue>(claims).is_ok() && serde_json::from_str::<Json>(claims).is_err()
}

fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64()
}
