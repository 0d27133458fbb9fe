use serde_json::json;

use super::*;

const LIST: &str = "https://app.example.com, http://localhost:5173";

fn check(list: &str, origins: &[&str]) -> Result<(), OriginRefused> {
    let headers = if origins.is_empty() { json!({}) } else { json!({"origin": origins}) };
    let event =
        json!({"methodArn": "arn", "requestContext": {"connectionId": "a="}, "multiValueHeaders": headers});
    AllowedOrigins::parse(list).unwrap().check(&serde_json::from_value(event).unwrap())
}

#[test]
fn a_listed_origin_is_allowed() {
    assert_eq!(check(LIST, &["https://app.example.com"]), Ok(()));
    assert_eq!(check(LIST, &["http://localhost:5173"]), Ok(()));
}

/// Cross-site WebSocket hijacking with origins that only resemble a listed one.
#[test]
fn an_origin_that_only_resembles_a_listed_one_is_refused() {
    for origin in [
        "https://app.example.com.evil.io",
        "https://evil.io/https://app.example.com",
        "https://app.example.com@evil.io",
        "https://evilapp.example.com",
        "https://app-example.com",
        "https://example.com",
        "https://app.example.com:8443",
        "https://app.example.com:443",
        "https://app.example.com/",
        "http://app.example.com",
        "HTTPS://APP.EXAMPLE.COM",
        "https://app.example.com http://localhost:5173",
        "http://localhost:51730",
        "null",
        "-",
        "*",
        "",
    ] {
        assert_eq!(check(LIST, &[origin]), Err(OriginRefused::Unlisted(origin.to_owned())), "{origin}");
        assert!(check("-", &[origin]).is_err(), "{origin}: - does not allow web pages");
    }
}

#[test]
fn a_client_without_an_origin_is_allowed_only_if_the_list_has_a_dash() {
    assert_eq!(check(LIST, &[]), Err(OriginRefused::NoOrigin));
    assert_eq!(check(&format!("{LIST},-"), &[]), Ok(()));
    assert_eq!(check("-", &[]), Ok(()));
}

#[test]
fn two_origins_are_refused_even_if_both_are_listed() {
    let both = ["https://app.example.com", "http://localhost:5173"];
    assert_eq!(check(LIST, &both), Err(OriginRefused::Several));
}

#[test]
fn a_list_with_wildcards_or_malformed_origins_is_refused() {
    for list in ["", " ", ","] {
        assert_eq!(AllowedOrigins::parse(list).unwrap_err(), AllowedOriginsError::Missing, "{list:?}");
    }
    for entry in [
        "*",
        "null",
        "app.example.com",
        "https://*.example.com",
        "https://app.example.com/",
        "https://App.example.com",
        "https://app.example.com:443",
        "http://app.example.com:80",
        "https://a@b",
        "wss://app.example.com",
        "https://",
    ] {
        let error = AllowedOrigins::parse(&format!("{LIST},{entry}")).unwrap_err();
        assert_eq!(error, AllowedOriginsError::NotAnOrigin(entry.to_owned()));
    }
}
