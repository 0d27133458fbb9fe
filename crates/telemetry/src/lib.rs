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
    start_with(None);
}

/// As [`start`], without what a module of a library logs.
pub fn start_without(target: &'static str) {
    start_with(Some(target));
}

fn start_with(without: Option<&'static str>) {
    let level = level(&env::var("AWS_LAMBDA_LOG_LEVEL").unwrap_or_default());
    let json = env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    // It fails if there is one already, and then that one is used.
    let _ = set_global_default(log(json, Told { level, without }, stdout));
}

/// Which lines are told.
#[derive(Clone, Copy)]
struct Told {
    level: Level,
    without: Option<&'static str>,
}

impl Told {
    /// The span of an invocation, which says its ids, is there at every level. At TRACE the Lambda runtime logs whole
    /// events, and AWS's SDK whole requests and answers: the tokens and claims of clients, and what is in tables.
    fn includes(self, about: &Metadata) -> bool {
        let of = |module: &str| about.target().starts_with(module);
        let lowest = match about.is_span() {
            true => self.level.max(Level::INFO),
            false if of("lambda_runtime") || of("aws_") => self.level.min(Level::DEBUG),
            false => self.level,
        };
        *about.level() <= lowest && (about.is_span() || !self.without.is_some_and(of))
    }
}

fn log<W>(json: bool, told: Told, output: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_target(false).with_ansi(false).with_writer(output);
    let lowest = told.level.max(Level::INFO);
    let told = FilterFn::new(move |about| told.includes(about)).with_max_level_hint(lowest);
    let registry = Registry::default();
    match json {
        true => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            Box::new(registry.with(lines.with_filter(told)))
        }
        false => Box::new(registry.with(lines.with_filter(told))),
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
mod tests;
