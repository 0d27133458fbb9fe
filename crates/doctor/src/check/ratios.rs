//! Metrics that are normal to a degree. The alarms have the same limits.

use super::reasons;
use crate::code::Code;
use crate::counters::{API, of_api};
use crate::facts::{Facts, Pipe};
use crate::finding::Finding;
use crate::metrics::Metric;

/// Fewer prove nothing.
const ENOUGH: f64 = 100.0;

/// A function that fails does so for all clients.
const ENOUGH_CLIENTS: f64 = 10.0;

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

/// Handshakes that `authorize` or `connect` refused count by themselves too. Otherwise, many messages of clients that
/// are connected already would hide them.
pub fn refused_clients(facts: &Facts) -> Vec<Finding> {
    let [errors, failures, connects, explained, denied, messages] =
        connects(facts).map(|metric| facts.metrics.sum(&metric));
    let shares = [
        (denied + explained, denied + connects, "handshakes"),
        (errors + failures + explained, errors + connects + messages, "handshakes and messages"),
    ];
    let worst = shares.into_iter().find(|(refused, all, _)| *refused > ENOUGH && *refused > all / 2.0);
    let finding = |(refused, all, what)| {
        let evidence = format!("{refused:.0} of {all:.0} {what} of the last hour were refused");
        let found = Finding::new(Code::ClientsRefused, API).evidence(evidence);
        reasons::of_refusals(facts).into_iter().fold(found, Finding::evidence)
    };
    worst.map(finding).into_iter().collect()
}

/// `ClientError`, `IntegrationError`, `ConnectCount`, `Explained`, `Refused` of `authorize`, and the messages of clients.
pub fn connects(facts: &Facts) -> [Metric; 6] {
    [
        of_api(facts, "ClientError"),
        of_api(facts, "IntegrationError"),
        of_api(facts, "ConnectCount"),
        Metric::of_function(&facts.name, "Explained", "connect"),
        Metric::of_function(&facts.name, "Refused", "authorize"),
        Metric::of_lambda(&facts.name, "Invocations", "subscribe"),
    ]
}

/// `authorize` counts each client that it decides about. It counts none if it crashes or times out.
pub fn unanswered_clients(facts: &Facts) -> Vec<Finding> {
    if facts.deployed("authorize").is_none() {
        return Vec::new();
    }
    let [invoked, admitted, refused, unavailable] = decisions(facts).map(|metric| facts.metrics.sum(&metric));
    let missing = invoked - admitted - refused - unavailable;
    let evidence = format!(
        "authorize ended without a decision for {missing:.0} of {invoked:.0} clients of the last hour"
    );
    let finding = || Finding::new(Code::AuthorizerErrors, "authorize").evidence(evidence);
    (invoked > ENOUGH_CLIENTS && missing > invoked / 2.0).then(finding).into_iter().collect()
}

/// `Invocations`, `Admitted`, `Refused` and `Unavailable`.
pub fn decisions(facts: &Facts) -> [Metric; 4] {
    let own = |metric| Metric::of_function(&facts.name, metric, "authorize");
    [
        Metric::of_lambda(&facts.name, "Invocations", "authorize"),
        own("Admitted"),
        own("Refused"),
        own("Unavailable"),
    ]
}

pub fn unrecovered_resumes(facts: &Facts) -> Vec<Finding> {
    let [recovered, unrecovered] = resumes(facts).map(|metric| facts.metrics.sum(&metric));
    let all = recovered + unrecovered;
    let evidence = format!("{unrecovered:.0} of {all:.0} channels that clients resumed were not recovered");
    let finding = || {
        let found = Finding::new(Code::ResumesUnrecovered, "subscribe").evidence(evidence);
        reasons::of_resumes(facts).into_iter().fold(found, Finding::evidence)
    };
    (all > ENOUGH && unrecovered > all / 2.0).then(finding).into_iter().collect()
}

/// `Recovered` and `Unrecovered`.
pub fn resumes(facts: &Facts) -> [Metric; 2] {
    ["Recovered", "Unrecovered"].map(|metric| Metric::of_function(&facts.name, metric, "subscribe"))
}
