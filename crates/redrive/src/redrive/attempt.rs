use std::collections::BTreeSet;

use tablecast_pipes::invoke::{Invoke, InvokeError};

use super::Redrive;
use crate::error::RedriveError;
use crate::fate::{Fate, Made};
use crate::work::Work;

impl<I: Invoke> Redrive<I> {
    /// Passes records through both functions once.
    pub(super) async fn attempt(
        &self,
        work: &Work,
        batch: &[usize],
    ) -> Result<Vec<(usize, Fate)>, RedriveError> {
        let made = self.made(work, batch).await?;
        let elements: Vec<&Made> = made
            .iter()
            .filter(|(index, made)| is_dispatched(work, *index, made))
            .map(|(_, made)| made)
            .collect();
        let failed = self.functions.dispatch(&elements).await?;
        check(&elements, &failed).map_err(|reason| RedriveError::Response {
            function: self.deployment.dispatch.clone(),
            reason,
        })?;
        let fate = |(index, made): (usize, Made)| {
            let fate = if failed.contains(&made.id) { Fate::Failed } else { made.fate };
            (index, fate)
        };
        Ok(in_order(work, made.into_iter().map(fate)))
    }

    /// Returns what the records become with the definitions of today. Halves a batch that fails, as a pipe with
    /// `bisect` does, and defers the rest.
    pub(super) async fn made(
        &self,
        work: &Work,
        batch: &[usize],
    ) -> Result<Vec<(usize, Made)>, RedriveError> {
        let records: Vec<_> =
            batch.iter().map(|index| work.records[*index].text()).collect::<Result<_, _>>()?;
        let mut count = records.len();
        let made = loop {
            match self.functions.enrich(&records[..count]).await {
                Err(RedriveError::Invoke(InvokeError::Failed { .. })) if count > 1 => count /= 2,
                made => break made?,
            }
        };
        let deferred = batch[count..].iter().map(|index| Made::deferred(&work.records[*index].id));
        Ok(batch.iter().copied().zip(made.into_iter().chain(deferred)).collect())
    }
}

/// After a change that failed, later changes of its item fail too, as a pipe sends them again. Otherwise the first one
/// would be delivered last.
fn in_order(work: &Work, fates: impl Iterator<Item = (usize, Fate)>) -> Vec<(usize, Fate)> {
    let mut failed = BTreeSet::new();
    let after_failed = |(index, fate): (usize, Fate)| {
        let item = work.records[index].item();
        let fate = if item.as_ref().is_some_and(|item| failed.contains(item)) { Fate::Failed } else { fate };
        if matches!(fate, Fate::Failed | Fate::Deferred) {
            failed.extend(item);
        }
        (index, fate)
    };
    fates.map(after_failed).collect()
}

/// A rejected record that is in the table already gets its new reason there. Dispatch would store it once more, with
/// the name of another pipe perhaps. Dispatch reports deferred elements as failed, so it does not need them.
fn is_dispatched(work: &Work, index: usize, made: &Made) -> bool {
    match made.fate {
        Fate::Rejected(_) => work.records[index].entry.is_none(),
        Fate::Deferred => false,
        _ => true,
    }
}

/// A failure that names no record of the batch would count as a success.
fn check(elements: &[&Made], failed: &BTreeSet<String>) -> Result<(), String> {
    let known: BTreeSet<&str> = elements.iter().map(|made| made.id.as_str()).collect();
    match failed.iter().find(|id| !known.contains(id.as_str())) {
        Some(unknown) => Err(format!("{unknown:?} is no record of the batch")),
        None => Ok(()),
    }
}
