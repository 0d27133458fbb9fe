//! What every function tells CloudWatch: a log in the form and from the level that Lambda's settings ask for, and metrics.

mod metrics;

use std::env;
use std::io::stdout;

use tracing::subscriber::set_global_default;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{Registry, fmt};

pub use metrics::Metrics;

/// Call once, first thing in `main`. Reads `AWS_LAMBDA_LOG_FORMAT` (`JSON` or text) and `AWS_LAMBDA_LOG_LEVEL`.
pub fn start() {
    let level = level(&env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default());
    let json = env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    // It fails if there is one already, and then that one is used.
    let _ = set_global_default(log(json, level, stdout));
}

fn log<W>(json: bool, level: Level, output: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_target(false).with_ansi(false).with_writer(output);
    let told = FilterFn::new(move |about| is_told(about, level)).with_max_level_hint(level.max(Level::INFO));
    let registry = Registry::default();
    match json {
        true => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            Box::new(registry.with(lines.with_filter(told)))
        }
        false => Box::new(registry.with(lines.with_filter(told))),
    }
}

/// The span of an invocation, which says its ids, is there at every level.
fn is_told(about: &Metadata, level: Level) -> bool {
    let lowest = if about.is_span() { level.max(Level::INFO) } else { level };
    *about.level() <= lowest
}

/// Lambda's levels are TRACE to FATAL; FATAL is our ERROR, and whatever is unknown our INFO.
fn level(name: &str) -> Level {
    match name {
        "FATAL" => Level::ERROR,
        _ => name.parse().unwrap_or(Level::INFO),
    }
}

#[cfg(test)]
mod tests;
