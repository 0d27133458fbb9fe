use std::io::{Result, Write};
use std::sync::{Arc, Mutex};

use lambda_runtime::Context;
use lambda_runtime::layers::trace::request_span;
use serde_json::Value;

use super::*;

#[derive(Clone, Default)]
struct Output(Arc<Mutex<Vec<u8>>>);

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

/// The output of an invocation that logs at every level, inside the runtime's span.
fn logged(json: bool, level: Level) -> String {
    let output = Output::default();
    let made = output.clone();
    let filter = LineFilter { level, without: Some("a_library::refusals") };
    tracing::subscriber::with_default(log(json, filter, move || made.clone()), || {
        let mut invocation = Context::default();
        invocation.request_id = "6f7f0961".to_owned();
        invocation.xray_trace_id = Some("Root=1-5bef4de7".to_owned());
        let _span = request_span(&invocation).entered();
        tracing::error!(event_id = "e1", n = 3, "lost");
        tracing::warn!("kept");
        tracing::info!("done");
        tracing::debug!("thought");
        tracing::trace!(target: "lambda_runtime::layers::api_response", "a whole event");
        tracing::trace!(target: "aws_smithy_runtime::client::orchestrator", "a whole request");
        tracing::error!(target: "a_library::refusals", "logged elsewhere");
    });
    String::from_utf8(output.0.lock().unwrap().clone()).unwrap()
}

fn lines(level: Level) -> Vec<Value> {
    logged(true, level).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The format that CloudWatch's filters read:
/// <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html>
#[test]
fn a_json_line_has_time_level_message_and_fields_side_by_side() {
    let line = &lines(Level::INFO)[0];
    assert_eq!([&line["level"], &line["message"], &line["event_id"]], ["ERROR", "lost", "e1"]);
    assert_eq!(line["n"], 3);
    let time = line["timestamp"].as_str().unwrap();
    assert!(time.starts_with("20") && time.find('T') == Some(10) && time.ends_with('Z'), "{time}");
}

#[test]
fn every_line_at_every_level_has_the_ids_of_its_invocation() {
    for (level, expected) in [(Level::ERROR, 1), (Level::WARN, 2), (Level::INFO, 3), (Level::DEBUG, 4)] {
        let lines = lines(level);
        assert_eq!(lines.len(), expected, "{level}");
        for line in lines {
            let ids = [&line["span"]["requestId"], &line["span"]["xrayTraceId"]];
            assert_eq!(ids, ["6f7f0961", "Root=1-5bef4de7"], "{line}");
        }
    }
}

#[test]
fn a_text_line_has_the_same_fields() {
    let text = logged(false, Level::WARN);
    assert_eq!(text.lines().count(), 2);
    for part in ["ERROR", "lost", "event_id=\"e1\"", "6f7f0961", "Root=1-5bef4de7"] {
        assert!(text.lines().next().unwrap().contains(part), "{part}: {text}");
    }
}

#[test]
fn every_log_level_of_lambda_is_accepted() {
    let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].map(level);
    use Level as L;
    assert_eq!(levels, [L::TRACE, L::DEBUG, L::INFO, L::WARN, L::ERROR, L::ERROR]);
}

/// Lambda's own level decides which lines it drops, metrics included.
#[test]
fn the_level_of_the_functions_is_independent_of_lambdas() {
    let configured = |variables: &[(&str, &str)]| {
        configured(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    };
    assert_eq!(configured(&[("LOG_LEVEL", "WARN"), ("AWS_LAMBDA_LOG_LEVEL", "INFO")]), Level::WARN);
    assert_eq!(configured(&[("AWS_LAMBDA_LOG_LEVEL", "DEBUG")]), Level::DEBUG);
    assert_eq!(configured(&[]), Level::INFO);
}

#[test]
fn an_unset_or_misspelt_level_is_info() {
    assert_eq!(["", "LOUD"].map(level), [Level::INFO; 2]);
}

#[test]
fn no_level_logs_whole_events_or_the_excluded_module() {
    let text = logged(false, Level::TRACE);
    assert!(text.contains("thought"), "{text}");
    assert!(!text.contains("a whole event") && !text.contains("logged elsewhere"), "{text}");
}
