use std::collections::BTreeSet;

use tablecast_pipes::invoke::{Invoke, InvokeError};

use super::Redrive;
use crate::error::RedriveError;
use crate::record_result::{Attempted, Element, Enriched, RecordResult};
use crate::work::Work;

impl<I: Invoke> Redrive<I> {
    /// Passes records through both functions once.
    pub(super) async fn attempt(&self, work: &Work, batch: &[usize]) -> Result<Vec<Attempted>, RedriveError> {
        let enriched = self.enrich_batch(work, batch).await?;
        let dispatched = enriched.iter().filter(|one| is_dispatched(work, one));
        let dispatched: Vec<&Element> = dispatched.map(|one| &one.element).collect();
        let failed = self.functions.dispatch(&dispatched).await?;
        check(&dispatched, &failed).map_err(|reason| RedriveError::Response {
            function: self.deployment.dispatch.clone(),
            reason,
        })?;
        let attempted = |Enriched { record, element }| {
            let result = if failed.contains(&element.id) { RecordResult::Failed } else { element.result };
            Attempted { record, result }
        };
        Ok(in_order(work, enriched.into_iter().map(attempted)))
    }

    /// Returns what the records become with the definitions of today. Halves a batch that fails, as a pipe with
    /// `bisect` does, and defers the rest.
    pub(super) async fn enrich_batch(
        &self,
        work: &Work,
        batch: &[usize],
    ) -> Result<Vec<Enriched>, RedriveError> {
        let records: Vec<_> =
            batch.iter().map(|index| work.records[*index].text()).collect::<Result<_, _>>()?;
        let mut count = records.len();
        let elements = loop {
            match self.functions.enrich(&records[..count]).await {
                Err(RedriveError::Invoke(InvokeError::Failed { .. })) if count > 1 => count /= 2,
                elements => break elements?,
            }
        };
        let deferred = batch[count..].iter().map(|index| Element::deferred(&work.records[*index].id));
        let elements = elements.into_iter().chain(deferred);
        Ok(batch
            .iter()
            .zip(elements)
            .map(|(record, element)| Enriched { record: *record, element })
            .collect())
    }
}

/// After a change that failed, later changes of its item fail too, as a pipe sends them again. Otherwise the first one
/// would be delivered last.
fn in_order(work: &Work, results: impl Iterator<Item = Attempted>) -> Vec<Attempted> {
    let mut failed = BTreeSet::new();
    let after_failed = |Attempted { record, result }| {
        let item = work.records[record].item();
        let result = if item.as_ref().is_some_and(|item| failed.contains(item)) {
            RecordResult::Failed
        } else {
            result
        };
        if result.is_open() {
            failed.extend(item);
        }
        Attempted { record, result }
    };
    results.map(after_failed).collect()
}

/// A rejected record that is in the table already gets its new reason there. Dispatch would store it once more, with
/// the name of another pipe perhaps. Dispatch reports deferred elements as failed, so it does not need them.
fn is_dispatched(work: &Work, enriched: &Enriched) -> bool {
    match enriched.element.result {
        RecordResult::Rejected(_) => work.records[enriched.record].rejected.is_none(),
        RecordResult::Deferred => false,
        _ => true,
    }
}

/// A failure that names no record of the batch would count as a success.
fn check(elements: &[&Element], failed: &BTreeSet<String>) -> Result<(), String> {
    let known: BTreeSet<&str> = elements.iter().map(|element| element.id.as_str()).collect();
    match failed.iter().find(|id| !known.contains(id.as_str())) {
        Some(unknown) => Err(format!("{unknown:?} is no record of the batch")),
        None => Ok(()),
    }
}
