use std::io::{IsTerminal, stderr};

use tracing::Level;
use tracing_subscriber::EnvFilter;

/// To stderr, for people; of other crates only what needs attention, and not twice what we tell ourselves.
pub fn start(level: Level) {
    let filter = EnvFilter::new(format!("warn,aws_config=error,tablecast={level},tablecast_local={level}"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr);
    lines.with_target(false).with_ansi(is_colourful(&stderr())).init();
}

/// <https://no-color.org>
pub fn is_colourful(output: &impl IsTerminal) -> bool {
    output.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
