//! How every function logs: to standard output, in the form and from the level that Lambda's logging settings ask for.

use std::env;

use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::layer;
use tracing_subscriber::prelude::*;

/// Call once, first thing in `main`. Reads `AWS_LAMBDA_LOG_FORMAT` (`JSON` or text) and `AWS_LAMBDA_LOG_LEVEL`.
pub fn start() {
    start_with(targets(level(&env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default())));
}

/// As [`start`], without what a module of a library logs.
pub fn start_without(target: &str) {
    let targets = targets(level(&env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default()));
    start_with(targets.with_target(target, LevelFilter::OFF));
}

fn start_with(targets: Targets) {
    let lines = layer().with_target(false).with_ansi(false);
    let log = tracing_subscriber::registry();
    match env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json")) {
        true => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            log.with(lines.with_filter(targets)).init();
        }
        false => log.with(lines.with_filter(targets)).init(),
    }
}

/// At TRACE the Lambda runtime logs whole events, and AWS's SDK whole requests and answers: the tokens and claims
/// of clients, and what is in tables.
fn targets(level: Level) -> Targets {
    let quieter = level.min(Level::DEBUG);
    Targets::new().with_default(level).with_target("lambda_runtime", quieter).with_target("aws_", quieter)
}

/// Lambda's levels are TRACE to FATAL; FATAL is our ERROR, and whatever is unknown our INFO.
fn level(name: &str) -> Level {
    match name {
        "FATAL" => Level::ERROR,
        _ => name.parse().unwrap_or(Level::INFO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_log_level_of_lambda_is_known() {
        let levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].map(level);
        use Level as L;
        assert_eq!(levels, [L::TRACE, L::DEBUG, L::INFO, L::WARN, L::ERROR, L::ERROR]);
    }

    #[test]
    fn no_level_makes_the_runtime_log_whole_events_or_the_sdk_whole_requests() {
        for module in ["lambda_runtime::layers::api_response", "aws_smithy_runtime::client::orchestrator"] {
            let tells = |level| targets(level).would_enable(module, &Level::TRACE);
            assert_eq!([Level::INFO, Level::DEBUG, Level::TRACE].map(tells), [false; 3]);
        }
        assert!(targets(Level::TRACE).would_enable("authorize", &Level::TRACE));
        assert!(!targets(Level::WARN).would_enable("lambda_runtime", &Level::INFO));
    }

    #[test]
    fn an_unset_or_misspelt_level_is_info() {
        assert_eq!(["", "LOUD"].map(level), [Level::INFO; 2]);
    }
}
