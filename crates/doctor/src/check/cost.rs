use crate::code::Code;
use crate::counters::{API, of_api};
use crate::facts::{Facts, Role};
use crate::finding::Finding;
use crate::metrics::Metric;

/// An hour with this many times the use of an hour before is unusual.
const TIMES: f64 = 5.0;

/// Less than this costs cents.
const ENOUGH: f64 = 100_000.0;

/// Compares the last whole hour with the mean of the hours before it, of one day.
pub fn unusual(facts: &Facts) -> Vec<Finding> {
    uses(facts).iter().filter_map(|(subject, metric)| compare(facts, subject, metric)).collect()
}

fn compare(facts: &Facts, subject: &str, metric: &Metric) -> Option<Finding> {
    let this_hour = facts.now - facts.now % 3600;
    let points = facts.metrics.points(metric).iter();
    let whole: Vec<_> = points.filter(|(at, _)| *at < this_hour).collect();
    let (_, last) = **whole.iter().find(|(at, _)| *at == this_hour - 3600)?;
    let before: f64 = whole.iter().filter(|(at, _)| *at < this_hour - 3600).map(|(_, value)| value).sum();
    // Hours without a data point had no use.
    let mean = before / 23.0;
    let evidence = format!(
        "{}: {last:.0} in the last whole hour, {mean:.0} in a mean hour of the day before",
        metric.name
    );
    let finding = || Finding::new(Code::CostUnusual, subject).evidence(evidence);
    (last > ENOUGH && before > 0.0 && last > TIMES * mean).then(finding)
}

/// The units that AWS bills, by hour.
pub fn uses(facts: &Facts) -> Vec<(String, Metric)> {
    let functions = facts.functions.iter().filter(|function| function.deployed.found().is_some());
    let invocations =
        functions.map(|it| (it.name.to_owned(), Metric::of_lambda(&facts.name, "Invocations", it.name)));
    let own = facts.tables.iter().filter(|table| table.role != Role::Source);
    let capacity = own.flat_map(|table| {
        let of = |metric| Metric::new("AWS/DynamoDB", metric, &[("TableName", table.name.as_str())]);
        let metrics = ["ConsumedWriteCapacityUnits", "ConsumedReadCapacityUnits"];
        metrics.map(|metric| (table.name.clone(), of(metric)))
    });
    let messages = [(API.to_owned(), of_api(facts, "MessageCount"))];
    let all = invocations.chain(capacity).chain(messages);
    all.map(|(subject, metric)| (subject, metric.daily())).collect()
}
