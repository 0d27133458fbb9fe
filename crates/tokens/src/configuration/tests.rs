use super::*;

const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

/// What is wrong with a good configuration in which this is set too, or instead; empty is not set.
fn told(changes: &[(&str, &str)]) -> Option<String> {
    let good = [
        ("ISSUER", "https://issuer.example"),
        ("AUDIENCE", "tablecast"),
        ("ALGORITHMS", "ES256, RS256"),
        ("JWKS", JWKS),
    ];
    let value = |name: &str| {
        let mut all = changes.iter().chain(&good);
        all.find(|(other, _)| *other == name).map(|(_, value)| (*value).to_owned())
    };
    Configuration::read(&value).err().map(|error| error.to_string())
}

#[test]
fn a_good_configuration_is_accepted() {
    assert_eq!(told(&[]), None);
    assert_eq!(told(&[("ALGORITHMS", "RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,EdDSA")]), None);
    assert_eq!(told(&[("JWKS", ""), ("JWKS_URL", "https://issuer.example/keys")]), None);
}

#[test]
fn what_is_missing_is_named() {
    for name in ["ISSUER", "AUDIENCE", "ALGORITHMS"] {
        assert!(told(&[(name, " ")]).unwrap().contains(&format!("{name} is not set")), "{name}");
    }
    assert!(told(&[("JWKS", "")]).unwrap().contains("JWKS_URL"));
    assert!(told(&[("JWKS_URL", "https://issuer.example/keys")]).unwrap().contains("one of them"));
}

#[test]
fn only_algorithms_with_a_public_key_may_be_configured() {
    for name in ["none", "NONE", "rs256", "ES512", "RS256,,ES256", "*"] {
        assert!(told(&[("ALGORITHMS", name)]).unwrap().contains("is not one of RS256"), "{name}");
    }
    for name in ["HS256", "RS256,HS512"] {
        assert!(told(&[("ALGORITHMS", name)]).unwrap().contains("symmetric"), "{name}");
    }
}

#[test]
fn an_inline_key_set_must_have_a_key_for_the_algorithms() {
    assert!(told(&[("JWKS", "{")]).unwrap().starts_with("JWKS: "));
    assert!(told(&[("ALGORITHMS", "RS256")]).unwrap().contains("none of its keys"));
}

#[test]
fn keys_come_by_https_or_from_this_machine() {
    let url = |url| told(&[("JWKS", ""), ("JWKS_URL", url)]);
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
        assert!(url(bad).unwrap().contains("is not https"), "{bad}");
    }
}

/// What `cargo run` starts functions with, and what they would make of it on AWS.
#[test]
fn a_deployment_refuses_the_development_issuer_whatever_it_is_told() {
    let asked = ("DEVELOPMENT_ISSUER", "accepted");
    let on_lambda = ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    let dev = ("ISSUER", development::ISSUER);
    assert_eq!(told(&[dev, asked]), None);
    for deployed in [&[dev][..], &[dev, asked, on_lambda], &[dev, ("DEVELOPMENT_ISSUER", "no")]] {
        assert!(told(deployed).unwrap().contains("only the local mode accepts it"), "{deployed:?}");
    }
}

#[test]
fn no_spelling_of_localhost_is_an_issuer() {
    for issuer in [
        "https://tablecast.localhost/dev/",
        "HTTPS://TableCast.LocalHost/x",
        "http://localhost:8080/realms/x",
        "https://a.localhost.",
        "localhost",
        "tablecast.localhost",
    ] {
        assert!(told(&[("ISSUER", issuer)]).unwrap().contains("for development"), "{issuer}");
    }
    for issuer in ["https://localhost.example", "https://mylocalhost", "accounts.google.com"] {
        assert_eq!(told(&[("ISSUER", issuer)]), None, "{issuer}");
    }
}
