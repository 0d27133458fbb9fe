use std::env;
use std::io::stdout;

use tracing::subscriber::set_global_default;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{Registry, fmt};

/// Starts the log. Call it once, at the start of `main`. Reads `AWS_LAMBDA_LOG_FORMAT` (`JSON` or text) and
/// `LOG_LEVEL`, or `AWS_LAMBDA_LOG_LEVEL` if that is not set.
///
/// Lambda drops JSON lines below `AWS_LAMBDA_LOG_LEVEL`, metrics included. So Terraform keeps that at INFO or
/// lower, and sets `LOG_LEVEL`.
pub fn start() {
    start_with(None);
}

/// Like [`start`], without the lines of one module.
pub fn start_without(target: &'static str) {
    start_with(Some(target));
}

fn start_with(without: Option<&'static str>) {
    let level = configured(|name| env::var(name).ok());
    let json = env::var("AWS_LAMBDA_LOG_FORMAT").is_ok_and(|format| format.eq_ignore_ascii_case("json"));
    // Fails if a test has started a log already.
    let _ = set_global_default(log(json, LineFilter { level, without }, stdout));
}

/// The lines that are logged.
#[derive(Clone, Copy)]
struct LineFilter {
    level: Level,
    without: Option<&'static str>,
}

impl LineFilter {
    /// Every level includes the span of an invocation, which holds its ids. The Lambda runtime and the SDK
    /// never log at TRACE: they would log whole events, requests and responses, with tokens, claims and
    /// items.
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

fn log<W>(json: bool, filter: LineFilter, output: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_target(false).with_ansi(false).with_writer(output);
    let lowest = filter.level.max(Level::INFO);
    let filter = FilterFn::new(move |about| filter.includes(about)).with_max_level_hint(lowest);
    let registry = Registry::default();
    match json {
        true => {
            let lines = lines.json().flatten_event(true).with_span_list(false);
            Box::new(registry.with(lines.with_filter(filter)))
        }
        false => Box::new(registry.with(lines.with_filter(filter))),
    }
}

fn configured(variable: impl Fn(&str) -> Option<String>) -> Level {
    level(&variable("LOG_LEVEL").or_else(|| variable("AWS_LAMBDA_LOG_LEVEL")).unwrap_or_default())
}

/// Lambda's levels are TRACE to FATAL. FATAL becomes ERROR, and an unknown name becomes INFO.
fn level(name: &str) -> Level {
    match name {
        "FATAL" => Level::ERROR,
        _ => name.parse().unwrap_or(Level::INFO),
    }
}

#[cfg(test)]
mod tests;
