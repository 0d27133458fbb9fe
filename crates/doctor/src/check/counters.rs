use crate::code::{Code, Severity};
use crate::counters::{COUNTERS, Counter, Source};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::metrics::{Metric, RECENT};

/// Finds the metrics that were above 0 in the last hour.
pub fn counted(facts: &Facts) -> Vec<Finding> {
    let metrics = |counter: &'static Counter| {
        counter.metrics(facts).into_iter().map(move |(subject, metric)| (counter, subject, metric))
    };
    let all = COUNTERS.iter().flat_map(metrics);
    all.filter_map(|(counter, subject, metric)| finding(facts, counter, &subject, &metric)).collect()
}

fn finding(facts: &Facts, counter: &Counter, subject: &str, metric: &Metric) -> Option<Finding> {
    let hour = facts.metrics.sum(metric);
    let recent = facts.metrics.sum_since(metric, facts.now - RECENT);
    let evidence = format!(
        "{}: {hour:.0} in the last hour, {recent:.0} of them in the last {} minutes",
        counter.metric,
        RECENT / 60
    );
    let found = Finding::new(counter.code, subject).evidence(evidence);
    let found = placeholders(facts, counter, subject, found);
    // A problem that ended needs no haste.
    let has_ended = recent == 0.0 && counter.code != Code::RecordsRejected;
    (hour > 0.0).then(|| if has_ended { found.at_most(Severity::Warning) } else { found })
}

fn placeholders(facts: &Facts, counter: &Counter, subject: &str, found: Finding) -> Finding {
    let pipe = facts.known_pipes().iter().find(|pipe| pipe.file == subject);
    let function = if let Source::Function(function) = counter.source { function } else { "dispatch" };
    found.fill("pipe", pipe.map_or(subject, |pipe| &pipe.name)).fill("function", function)
}
