//! From facts to findings. Nothing here reads anything.
//!
//! # Layout
//! - `pipes`, `streams`, `tables`: what Terraform created, and its state
//! - `letters`: dead letters and rejected records
//! - `counters`, `ratios`, `lag`, `cost`: metrics; `reasons`: those that name a reason each
//! - `alarms`: active and missing alarms
//! - `functions`, `packages`: functions, and the definitions that they carry
//! - `tokens`, `api`: what clients connect with, and to
//! - `unreadable`: what is unknown

mod alarms;
mod api;
mod cost;
mod counters;
mod functions;
mod lag;
mod letters;
mod packages;
mod pipes;
mod ratios;
mod reasons;
mod streams;
mod tables;
#[cfg(test)]
mod tests;
mod tokens;
mod unreadable;

use crate::counters::COUNTERS;
use crate::facts::Facts;
use crate::finding::{Finding, merge};
use crate::metrics::Metric;

type Check = fn(&Facts) -> Vec<Finding>;

const CHECKS: [Check; 22] = [
    pipes::states,
    pipes::missing,
    streams::ended,
    streams::unread,
    letters::dead,
    letters::rejected,
    lag::dispatch,
    lag::fanout,
    counters::counted,
    ratios::stale_connections,
    ratios::refused_clients,
    ratios::unanswered_clients,
    ratios::unrecovered_resumes,
    alarms::active,
    alarms::missing,
    functions::all,
    functions::concurrency,
    packages::all,
    tokens::all,
    api::all,
    tables::all,
    cost::unusual,
];

/// Returns what is wrong, the worst first.
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let found = CHECKS.iter().flat_map(|check| check(facts)).chain(unreadable::all(facts));
    let option =
        if facts.name.is_empty() { facts.options.clone() } else { format!(" --deployment {}", facts.name) };
    merge(found.map(|finding| finding.fill("name", &facts.name).fill("deployment", &option)))
}

/// Returns the metrics that the checks use.
pub fn metrics_of(facts: &Facts) -> Vec<Metric> {
    let counted = COUNTERS.iter().flat_map(|counter| counter.metrics(facts)).map(|(_, metric)| metric);
    let of_pipe = |pipe| {
        let sends = ratios::sends(facts, pipe);
        let of_stream = [streams::writes(pipe), streams::reads(pipe), lag::lag(facts, pipe)];
        sends.into_iter().chain(streams::work(facts, pipe)).chain(of_stream)
    };
    let of_pipes = facts.known_pipes().iter().flat_map(of_pipe);
    let ages = facts.queues.iter().map(letters::age);
    let others = [lag::fanout_lag(facts), functions::executions()].into_iter().chain(of_clients(facts));
    let uses = cost::uses(facts).into_iter().map(|(_, metric)| metric);
    let all = counted.chain(of_pipes).chain(ages).chain(others).chain(uses);
    all.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
}

fn of_clients(facts: &Facts) -> Vec<Metric> {
    let (connects, decisions) = (ratios::connects(facts), ratios::decisions(facts));
    let shares = connects.into_iter().chain(decisions).chain(ratios::resumes(facts));
    shares.chain(reasons::metrics(facts)).collect()
}
