//! The binary that is deployed, started with environments in which it must not serve.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

use tablecast_tokens::development::{self, Issuer};

/// What the local mode sets.
fn local() -> Vec<(&'static str, String)> {
    let issuer = Issuer::new(Issuer::new_key().unwrap()).unwrap();
    vec![
        ("ISSUER", development::ISSUER.to_owned()),
        ("AUDIENCE", development::AUDIENCE.to_owned()),
        ("ALGORITHMS", development::ALGORITHM.to_owned()),
        ("JWKS", issuer.key_set().to_string()),
        ("ORIGINS", "-".to_owned()),
        (development::VARIABLE, development::ACCEPTED.to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
    ]
}

/// What it logs before it ends by itself, with one variable set otherwise.
fn refusal(name: &str, value: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authorize"));
    command.env_clear().envs(local()).env(name, value);
    let output = command.output().unwrap();
    assert!(!output.status.success(), "it serves with {name}={value}");
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&line["level"], &line["message"]), (&"ERROR".into(), &"cannot authorize anybody".into()));
    line["error"].as_str().unwrap().to_owned()
}

/// A27: the whole environment of the local mode, taken over to Lambda.
#[test]
fn in_lambda_the_environment_of_the_local_mode_opens_nothing() {
    let reason = refusal("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    assert!(reason.contains(development::ISSUER) && reason.contains("only the local mode"), "{reason}");
}

#[test]
fn a_bad_configuration_is_told_and_nothing_is_served() {
    for (name, value, told) in [
        (development::VARIABLE, "", "only the local mode"),
        ("ISSUER", "", "ISSUER is not set"),
        ("AUDIENCE", "", "AUDIENCE is not set"),
        ("ALGORITHMS", "HS256", "symmetric"),
        ("JWKS", "{}", "JWKS: "),
        ("JWKS_URL", "https://issuer.example/keys", "one of them"),
        ("ORIGINS", "", "ORIGINS is not set"),
        ("ORIGINS", "*", "neither - nor an origin"),
    ] {
        let reason = refusal(name, value);
        assert!(reason.contains(told), "{name}={value}: {reason}");
    }
}
