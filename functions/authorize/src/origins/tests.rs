use serde_json::json;

use super::*;

const LIST: &str = "https://app.example.com, http://localhost:5173";

fn check(list: &str, origins: &[&str]) -> Result<(), OriginRefused> {
    AllowedOrigins::parse(list).unwrap().check(&event(origins))
}

fn event(origins: &[&str]) -> AuthorizerEvent {
    let headers = if origins.is_empty() { json!({}) } else { json!({"origin": origins}) };
    let event =
        json!({"methodArn": "arn", "requestContext": {"connectionId": "a="}, "multiValueHeaders": headers});
    serde_json::from_value(event).unwrap()
}

#[test]
fn with_the_development_issuer_pages_of_this_machine_are_allowed() {
    let allows = |has_issuer: bool, origin: &str| {
        AllowedOrigins::parse("-").unwrap().and_this_machine(has_issuer).check(&event(&[origin])).is_ok()
    };
    for origin in ["http://localhost", "http://localhost:5173", "https://127.0.0.1:8443", "http://[::1]:3000"]
    {
        assert!(allows(true, origin) && !allows(false, origin), "{origin}");
    }
    let others =
        ["null", "localhost", "http://localhost.evil.io", "http://127.0.0.1@evil.io", "file://localhost"];
    for origin in others {
        assert!(!allows(true, origin), "{origin}");
    }
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
    for (entry, remedy) in [
        ("*", "List each origin"),
        ("https://*.example.com", "List each origin"),
        ("localhost:5173", "Write http://localhost:5173"),
        ("http://localhost:5173/", "Write http://localhost:5173"),
        ("http://LOCALHOST:5173", "Write http://localhost:5173"),
        ("127.0.0.1:8080", "Write http://127.0.0.1:8080"),
        ("app.example.com", "Write https://app.example.com"),
        ("app.example.com:8443/login", "Write https://app.example.com:8443"),
        ("https://app.example.com/", "Write https://app.example.com"),
        ("https://app.example.com?x=1", "Write https://app.example.com"),
        ("https://App.example.com", "Write https://app.example.com"),
        ("https://app.example.com:443", "Write https://app.example.com"),
        ("https://app.example.com:", "Write https://app.example.com"),
        ("http://app.example.com:80", "Write http://app.example.com"),
        ("wss://app.example.com", "Write https://app.example.com"),
        ("ws://localhost:5173", "Write http://localhost:5173"),
        ("'https://app.example.com'", "Write https://app.example.com"),
        ("capacitor://localhost/", "Write capacitor://localhost"),
        ("file:///", "Write file://"),
        ("file:///app/index.html", "Write file://"),
        ("https://a@b", "Write -, or an origin"),
        ("https://", "Write -, or an origin"),
        ("https://app.example.com:99999", "Write -, or an origin"),
        ("https://app.example.com:0443", "Write -, or an origin"),
        ("https://[::1", "Write -, or an origin"),
        ("https://a b", "Write -, or an origin"),
        ("://localhost", "Write -, or an origin"),
        ("https://b\u{fc}cher.example", "Write -, or an origin"),
    ] {
        let error = AllowedOrigins::parse(&format!("{LIST},{entry}")).unwrap_err();
        let AllowedOriginsError::NotAnOrigin { entry: named, remedy: written } = &error else {
            panic!("{error}")
        };
        assert_eq!(named, entry);
        assert!(written.starts_with(remedy), "{entry}: {error}");
    }
}

/// Electron, Capacitor, Ionic and browser extensions, among others. They are compared as whole strings, too.
#[test]
fn origins_of_apps_can_be_listed() {
    for origin in [
        "capacitor://localhost",
        "ionic://localhost",
        "http://localhost",
        "https://localhost",
        "https://localhost:8100",
        "file://",
        "null",
        "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh",
        "moz-extension://6c3b1a0e-7d0f-4d6d-9c38-1f0e6a0b8a11",
        "tauri://localhost",
        "app://.",
        "app://my_app",
        "vscode-webview://1abc",
        "http://[::1]:5173",
    ] {
        assert_eq!(check(origin, &[origin]), Ok(()), "{origin}");
        let others =
            [format!("{origin}/"), format!("{origin}.evil.io"), format!("x{origin}"), origin.to_uppercase()];
        for other in others.iter().map(String::as_str).chain(["https://evil.io", "capacitor://evil", "Null"])
        {
            assert_eq!(check(origin, &[other]), Err(OriginRefused::Unlisted(other.to_owned())), "{origin}");
        }
        assert_eq!(check(origin, &[]), Err(OriginRefused::NoOrigin), "{origin}");
    }
}
