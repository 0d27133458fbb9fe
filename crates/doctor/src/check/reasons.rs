//! The reasons behind a finding: metrics that name one reason each.

use crate::facts::Facts;
use crate::metrics::Metric;

const OF_AUTHORIZE: [&str; 5] =
    ["TokenMissing", "TokenExpired", "TokenInvalid", "TokenTooLarge", "OriginNotAllowed"];
const OF_CONNECT: [&str; 2] = ["BadRequest", "NotGranted"];
const OF_SUBSCRIBE: [&str; 5] = ["PositionUnknown", "EpochChanged", "Trimmed", "TooMuch", "QuotaExceeded"];

/// Why `authorize` and `connect` refused clients.
pub fn of_refusals(facts: &Facts) -> Vec<String> {
    named(facts, "authorize", &OF_AUTHORIZE).into_iter().chain(named(facts, "connect", &OF_CONNECT)).collect()
}

/// Why resumes did not recover their events.
pub fn of_resumes(facts: &Facts) -> Vec<String> {
    named(facts, "subscribe", &OF_SUBSCRIBE).into_iter().collect()
}

/// All metrics that are read.
pub fn metrics(facts: &Facts) -> Vec<Metric> {
    let all = [("authorize", &OF_AUTHORIZE[..]), ("connect", &OF_CONNECT), ("subscribe", &OF_SUBSCRIBE)];
    let of = |function, names: &[&'static str]| {
        names.iter().map(|name| Metric::of_function(&facts.name, name, function)).collect::<Vec<_>>()
    };
    all.into_iter().flat_map(|(function, names)| of(function, names)).collect()
}

/// The counts of the last hour above 0, the largest first.
fn named(facts: &Facts, function: &str, names: &[&'static str]) -> Option<String> {
    let sum = |name| facts.metrics.sum(&Metric::of_function(&facts.name, name, function));
    let mut counts: Vec<_> = names.iter().map(|name| (sum(name), *name)).collect();
    counts.retain(|(count, _)| *count > 0.0);
    counts.sort_by(|(a, _), (b, _)| b.total_cmp(a));
    let texts: Vec<_> = counts.iter().map(|(count, name)| format!("{name} {count:.0}")).collect();
    (!texts.is_empty()).then(|| format!("reasons of {function}: {}", texts.join(", ")))
}
