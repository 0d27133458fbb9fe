//! Starts the deployed binary with wrong configurations. It must exit with an error.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::process::Command;

use tablecast_tokens::development::{self, Issuer};

/// The variables that the local mode sets.
fn local_mode() -> Vec<(&'static str, String)> {
    let issuer = Issuer::new(Issuer::new_key().unwrap()).unwrap();
    vec![
        ("ISSUER", development::ISSUER.to_owned()),
        ("AUDIENCE", development::AUDIENCE.to_owned()),
        ("ALGORITHMS", development::ALGORITHM.to_owned()),
        ("JWKS", issuer.key_set().to_string()),
        ("ORIGINS", "-".to_owned()),
        (development::OPT_IN_VARIABLE, development::OPT_IN_VALUE.to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
    ]
}

/// Starts the binary with one variable changed. Returns the error that it logs before it exits.
fn start_error(name: &str, value: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authorize"));
    command.env_clear().envs(local_mode()).env(name, value);
    let output = command.output().unwrap();
    assert!(!output.status.success(), "authorize starts with {name}={value}");
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&line["level"], &line["message"]),
        (&"ERROR".into(), &"cannot start authorize: its configuration is wrong".into())
    );
    line["error"].as_str().unwrap().to_owned()
}

/// A user copies the environment of the local mode to Lambda.
#[test]
fn in_lambda_the_environment_of_the_local_mode_is_refused() {
    let reason = start_error("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    assert!(reason.contains(development::ISSUER) && reason.contains("only the local mode"), "{reason}");
}

#[test]
fn a_wrong_configuration_is_logged_and_the_function_exits() {
    for (name, value, expected) in [
        (development::OPT_IN_VARIABLE, "", "only the local mode"),
        ("ISSUER", "", "ISSUER is not set"),
        ("AUDIENCE", "", "AUDIENCE is not set"),
        ("ALGORITHMS", "HS256", "symmetric"),
        ("JWKS", "{}", "JWKS: "),
        ("JWKS_URL", "https://issuer.example/keys", "both are set"),
        ("ORIGINS", "", "ORIGINS is not set"),
        ("ORIGINS", "*", "is not an origin"),
        ("ORIGINS", "localhost:5173", "Write http://localhost:5173"),
        ("AUDIENCE", "web mobile", "Separate several audiences with commas"),
        ("LEEWAY", "90", "LEEWAY"),
        ("ISSUERS", "[]", "ISSUERS and ISSUER are both set"),
    ] {
        let reason = start_error(name, value);
        assert!(reason.contains(expected), "{name}={value}: {reason}");
    }
}
