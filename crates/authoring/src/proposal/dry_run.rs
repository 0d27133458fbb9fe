use std::collections::BTreeMap;

use tablecast_pipeline::enrich::enrich;
use tablecast_pipeline::pipe::Pipes;
use tablecast_protocol::element::Element;

use super::fixtures::record;
use super::items::Item;
use super::sample::Sample;

/// The result of applying the proposal to the sampled items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DryRun {
    /// The number of items that cause an event when they are written.
    pub events: usize,
    /// The number of items that no rule matches.
    pub unmatched: usize,
    /// The number of items that would be rejected, by location and reason.
    pub rejected: BTreeMap<String, usize>,
}

impl DryRun {
    pub fn of(pipes: &Pipes, sample: &Sample) -> Self {
        let mut result = Self::default();
        for (index, item) in sample.items.iter().enumerate() {
            match element(pipes, sample, index, item) {
                Some(Element { rejected: Some(rejected), .. }) => {
                    let reason = format!("{}: {}", rejected.path, rejected.reason);
                    *result.rejected.entry(reason).or_default() += 1;
                }
                Some(element) if !element.events.is_empty() => result.events += 1,
                _ => result.unmatched += 1,
            }
        }
        result
    }
}

fn element(pipes: &Pipes, sample: &Sample, number: usize, item: &Item) -> Option<Element> {
    let record = serde_json::to_string(&record(sample, number, None, Some(item))).ok()?;
    enrich(pipes, &format!("[{record}]")).ok()?.pop()
}
