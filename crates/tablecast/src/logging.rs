//! Log lines on stderr.

use std::env;
use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing_subscriber::EnvFilter;

/// Starts to log. The level holds for tablecast; other crates log only warnings and errors.
pub fn start(level: Level) {
    let crates = ["tablecast", "tablecast_local", "tablecast_pipes"].map(|name| format!("{name}={level}"));
    let filter = EnvFilter::new(format!("warn,aws_config=error,{}", crates.join(",")));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    lines.with_target(false).with_ansi(has_colour(&stderr())).init();
}

/// Returns true for a terminal, unless `NO_COLOR` is set (<https://no-color.org>).
pub fn has_colour(output: &impl IsTerminal) -> bool {
    output.is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
