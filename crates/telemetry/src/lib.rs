//! How every function logs: to standard output, in the form and from the level that Lambda's logging settings ask for.

use std::env;

use tracing::Level;

/// Call once, first thing in `main`. Reads `AWS_LAMBDA_LOG_FORMAT` (`JSON` or text) and `AWS_LAMBDA_LOG_LEVEL`.
pub fn start() {
    let level = level(&env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default());
    let lines = tracing_subscriber::fmt().with_max_level(level).with_target(false).with_ansi(false);
    match env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json")) {
        true => lines.json().flatten_event(true).with_span_list(false).init(),
        false => lines.init(),
    }
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
    fn an_unset_or_misspelt_level_is_info() {
        assert_eq!(["", "LOUD"].map(level), [Level::INFO; 2]);
    }
}
