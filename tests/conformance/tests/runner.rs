//! The runner reports what a client program does wrong.
#![allow(clippy::unwrap_used)]

use tablecast_conformance::adapter::Launch;
use tablecast_conformance::run::play;
use tablecast_conformance::scenario::Scenario;

/// Plays steps against a program that prints a text and ends. Returns the failure.
async fn failure(steps: &str, output: &str) -> String {
    let yaml = format!("name: a scenario\nrules: [event-1]\nsteps: {steps}");
    let scenario: Scenario = serde_saphyr::from_str(&yaml).unwrap();
    let command = ["sh", "-c", &format!("echo '{output}'")].map(str::to_owned).to_vec();
    play(&scenario, &Launch { command, validators: None }).await.unwrap_err()
}

#[tokio::test]
async fn a_program_that_does_not_connect_fails() {
    let failure = failure("[connect]", "").await;
    assert!(failure.contains("the client program ended before it connected"), "{failure}");
}

#[tokio::test]
async fn a_line_in_the_wrong_place_fails() {
    let line = r#"{"subscription":"a","event":{"id":"acme 12"}}"#;
    let failure = failure("[{app: [event acme 11]}]", line).await;
    assert!(failure.contains(r#"printed "event acme 12" in place of "event acme 11""#), "{failure}");
}

#[tokio::test]
async fn a_program_that_ends_too_early_fails() {
    let line = r#"{"subscription":"a","gap":{"source":"s","reason":"trimmed"}}"#;
    let failure = failure("[{app: [gap trimmed s]}, {app: [ready]}]", line).await;
    assert!(failure.contains(r#"ended before the line "ready""#), "{failure}");
}

#[test]
fn a_step_that_does_not_exist_is_an_error() {
    let yaml = "name: a scenario\nrules: [event-1]\nsteps: [{conect: {}}]";
    let error = serde_saphyr::from_str::<Scenario>(yaml).unwrap_err().to_string();
    assert!(error.contains(r#"unknown step "conect""#), "{error}");
}
