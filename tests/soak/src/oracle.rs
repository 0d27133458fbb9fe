//! Compares what was written with what the bus and each application received. It uses nothing of tablecast but its
//! promises, and reads no clock and no file.
//!
//! # Layout
//! - `observations`: what was written, and what arrived; `position`: the place of an event in its log
//! - `truth`: the events that must arrive, by subject, type and version
//! - `bus`, `subscription`, `collection`: the checks of each receiver
//! - `gaps`: which events a reported gap covers
//! - `verdict`: the findings; `history`: the history of their items; `planted`: faults that it must find

mod bus;
mod collection;
mod gaps;
mod history;
pub mod observations;
mod planted;
mod position;
mod subscription;
#[cfg(test)]
mod tests;
mod truth;
mod verdict;

pub use planted::judge_and_check;
pub use position::Position;
pub use verdict::Verdict;

use observations::Observations;
use truth::Truth;

pub fn judge(observations: &Observations) -> Verdict {
    let mut verdict = Verdict::default();
    verdict.invalid.extend(observations.problems.iter().cloned());
    verdict.counts.extend(observations.counts.clone());
    let truth = Truth::new(&observations.writes);
    truth.count(&mut verdict);
    let published = bus::check(&truth, observations, &mut verdict);
    for client in &observations.clients {
        for subscription in &client.subscriptions {
            subscription::check(&truth, &published, client, subscription, &mut verdict);
        }
    }
    for end in &observations.collections {
        collection::check(end, &mut verdict);
    }
    verdict
}
