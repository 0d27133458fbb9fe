use super::*;

const JWKS: &str = r#"{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;

/// Applies changes to a valid configuration and returns the resulting error.
fn error_with(changes: &[(&str, &str)]) -> Option<String> {
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
    TokenConfig::read(&value).err().map(|error| error.to_string())
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
