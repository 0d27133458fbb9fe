use std::collections::BTreeSet;

use tablecast_pipes::invoke::{Invoke, InvokeError};

use super::Redrive;
use crate::error::RedriveError;
use crate::record_result::{Element, RecordResult};
use crate::work::Work;

impl<I: Invoke> Redrive<I> {
    /// Passes records through both functions once.
    pub(super) async fn attempt(
        &self,
        work: &Work,
        batch: &[usize],
    ) -> Result<Vec<(usize, RecordResult)>, RedriveError> {
        let elements = self.enrich_batch(work, batch).await?;
        let dispatched: Vec<&Element> = elements
            .iter()
            .filter(|(index, element)| is_dispatched(work, *index, element))
            .map(|(_, element)| element)
            .collect();
        let failed = self.functions.dispatch(&dispatched).await?;
        check(&dispatched, &failed).map_err(|reason| RedriveError::Response {
            function: self.deployment.dispatch.clone(),
            reason,
        })?;
        let result = |(index, element): (usize, Element)| {
            let result = if failed.contains(&element.id) { RecordResult::Failed } else { element.result };
            (index, result)
        };
        Ok(in_order(work, elements.into_iter().map(result)))
    }

    /// Returns what the records become with the definitions of today. Halves a batch that fails, as a pipe with
    /// `bisect` does, and defers the rest.
    pub(super) async fn enrich_batch(
        &self,
        work: &Work,
        batch: &[usize],
    ) -> Result<Vec<(usize, Element)>, RedriveError> {
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
        Ok(batch.iter().copied().zip(elements.into_iter().chain(deferred)).collect())
    }
}

/// After a change that failed, later changes of its item fail too, as a pipe sends them again. Otherwise the first one
/// would be delivered last.
fn in_order(work: &Work, results: impl Iterator<Item = (usize, RecordResult)>) -> Vec<(usize, RecordResult)> {
    let mut failed = BTreeSet::new();
    let after_failed = |(index, result): (usize, RecordResult)| {
        let item = work.records[index].item();
        let result = if item.as_ref().is_some_and(|item| failed.contains(item)) {
            RecordResult::Failed
        } else {
            result
        };
        if result.is_open() {
            failed.extend(item);
        }
        (index, result)
    };
    results.map(after_failed).collect()
}

/// A rejected record that is in the table already gets its new reason there. Dispatch would store it once more, with
/// the name of another pipe perhaps. Dispatch reports deferred elements as failed, so it does not need them.
fn is_dispatched(work: &Work, index: usize, element: &Element) -> bool {
    match element.result {
        RecordResult::Rejected(_) => work.records[index].rejected.is_none(),
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
