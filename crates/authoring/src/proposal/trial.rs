//! What the proposal makes of the very items that it was made from.

use std::collections::BTreeMap;

use super::Sample;
use super::fixtures::record;
use super::sample::Item;
use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::element::Element;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trial {
    /// Items that become an event when they are written.
    pub events: usize,
    /// Items that no rule is for.
    pub unwanted: usize,
    /// Items that would be rejected, by where and why.
    pub rejected: BTreeMap<String, usize>,
}

pub fn run(pipes: &Pipes, sample: &Sample) -> Trial {
    let mut trial = Trial::default();
    for (at, item) in sample.items.iter().enumerate() {
        match element(pipes, sample, at, item) {
            Some(Element { rejected: Some(rejected), .. }) => {
                *trial.rejected.entry(format!("{}: {}", rejected.path, rejected.reason)).or_default() += 1;
            }
            Some(element) if !element.events.is_empty() => trial.events += 1,
            _ => trial.unwanted += 1,
        }
    }
    trial
}

fn element(pipes: &Pipes, sample: &Sample, at: usize, item: &Item) -> Option<Element> {
    let record = serde_json::to_string(&record(sample, at, None, Some(item))).ok()?;
    enrich(pipes, &format!("[{record}]")).ok()?.pop()
}
