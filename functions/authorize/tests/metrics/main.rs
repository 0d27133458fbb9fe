//! The deployed binary prints a line of metrics for each client, at every log level.
//!
//! # Layout
//! - `lambda`: the part of Lambda that a function needs
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod lambda;

use std::process::Command;

use serde_json::{Value, json};
use tablecast_tokens::development::{self, Issuer};

/// Runs the function for three clients: with a valid token, with none, and with one on a page that is not listed.
/// Returns the lines that it prints.
fn run(log_levels: [&str; 2]) -> Vec<Value> {
    let issuer = Issuer::new(Issuer::new_key().unwrap()).unwrap();
    let claims = json!({ "sub": "ada", "exp": now() + 60 });
    let token = issuer.token(claims.as_object().unwrap().clone(), now()).unwrap();
    let mut function = Command::new(env!("CARGO_BIN_EXE_authorize"));
    function.env_clear().envs([
        ("ISSUER", development::ISSUER),
        ("AUDIENCE", development::AUDIENCE),
        ("ALGORITHMS", development::ALGORITHM),
        ("JWKS", &issuer.key_set().to_string()),
        ("ORIGINS", "-"),
        (development::OPT_IN_VARIABLE, development::OPT_IN_VALUE),
        ("METRICS_NAMESPACE", "shop"),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
        ("AWS_LAMBDA_LOG_LEVEL", log_levels[0]),
        ("LOG_LEVEL", log_levels[1]),
    ]);
    let page = json!({ "Origin": ["https://evil.io"] });
    let events = [event(&token, Value::Null), event("", Value::Null), event(&token, page)];
    let printed = lambda::run(function, events);
    printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn event(token: &str, headers: Value) -> String {
    json!({
        "methodArn": "arn:aws:execute-api:eu-west-1:111122223333:a1/live/$connect",
        "requestContext": { "connectionId": "a=" },
        "multiValueQueryStringParameters": { "token": [token] }, "multiValueHeaders": headers,
    })
    .to_string()
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

/// The metrics of a line by name.
fn metrics(line: &Value) -> Value {
    let names = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
    let counts = names
        .iter()
        .filter(|metric| metric["Unit"] == "Count")
        .map(|metric| metric["Name"].as_str().unwrap());
    counts.map(|name| (name.to_owned(), line[name].clone())).collect()
}

#[test]
fn each_client_has_one_line_at_the_log_level_error_too() {
    let lines = run(["ERROR", "ERROR"]);
    let expected = [
        json!({ "Admitted": 1, "Unavailable": 0, "Refused": 0 }),
        json!({ "Admitted": 0, "Unavailable": 0, "Refused": 1, "TokenInvalid": 1 }),
        json!({ "Admitted": 0, "Unavailable": 0, "Refused": 1, "OriginNotAllowed": 1 }),
    ];
    assert_eq!(lines.iter().map(metrics).collect::<Vec<_>>(), expected);
    for line in &lines {
        assert_eq!([&line["level"], &line["Function"]], ["ERROR", "authorize"]);
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Namespace"], "shop");
        assert_eq!(
            [&line["span"]["requestId"], &line["Duration"].is_u64().into()],
            [&json!("6f7f0961"), &json!(true)]
        );
        assert!(!line.to_string().contains("ada") && !line.to_string().contains("eyJ"), "{line}");
    }
}

/// The form that Terraform sets: Lambda keeps INFO, and the function itself drops its lines.
#[test]
fn the_functions_own_log_level_drops_its_lines_and_keeps_the_metrics() {
    let levels = |lines: Vec<Value>| lines.iter().map(|line| line["level"].clone()).collect::<Vec<_>>();
    assert_eq!(levels(run(["INFO", "ERROR"])), ["INFO"; 3]);
    assert_eq!(run(["INFO", "INFO"]).len(), 5, "two refusals have a line of their own");
}
