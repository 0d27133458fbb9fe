//! Metrics that are normal to a degree. The alarms have the same limits.

use crate::code::Code;
use crate::counters::{API, of_api};
use crate::facts::{Facts, Pipe};
use crate::finding::Finding;
use crate::metrics::Metric;

/// Fewer prove nothing.
const ENOUGH: f64 = 100.0;

pub fn stale_connections(facts: &Facts) -> Vec<Finding> {
    facts.known_pipes().iter().filter_map(|pipe| stale(facts, pipe)).collect()
}

fn stale(facts: &Facts, pipe: &Pipe) -> Option<Finding> {
    let [gone, delivered] = sends(facts, pipe).map(|metric| facts.metrics.sum(&metric));
    let all = gone + delivered;
    let evidence = format!("{gone:.0} of {all:.0} sends of the last hour found the connection gone");
    (all > ENOUGH && gone > all / 5.0)
        .then(|| Finding::new(Code::ConnectionsStale, &pipe.file).evidence(evidence))
}

/// `Gone` and `Delivered`.
pub fn sends(facts: &Facts, pipe: &Pipe) -> [Metric; 2] {
    ["Gone", "Delivered"].map(|metric| Metric::of_pipe(&facts.name, metric, &pipe.file))
}

pub fn refused_clients(facts: &Facts) -> Vec<Finding> {
    let [errors, failures, connects, explained] = connects(facts).map(|metric| facts.metrics.sum(&metric));
    let refused = errors + failures + explained;
    let all = errors + connects;
    let evidence = format!("{refused:.0} of {all:.0} handshakes and messages of the last hour were refused");
    let finding = || Finding::new(Code::ClientsRefused, API).evidence(evidence);
    (refused > ENOUGH && refused > all / 2.0).then(finding).into_iter().collect()
}

/// `ClientError`, `IntegrationError`, `ConnectCount` and `Explained`.
pub fn connects(facts: &Facts) -> [Metric; 4] {
    [
        of_api(facts, "ClientError"),
        of_api(facts, "IntegrationError"),
        of_api(facts, "ConnectCount"),
        Metric::of_function(&facts.name, "Explained", "connect"),
    ]
}
