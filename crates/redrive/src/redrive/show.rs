use tablecast_pipes::invoke::Invoke;

use super::batches::batches;
use super::{Options, Redrive};
use crate::error::RedriveError;
use crate::mode::Mode;
use crate::record_result::Enriched;
use crate::report::{Output, Summary};
use crate::selection::Selection;
use crate::work::Work;

impl<I: Invoke> Redrive<I> {
    /// Shows what a run would do. It changes nothing: `enrich` stores and sends nothing.
    pub async fn show(
        &self,
        selection: &Selection,
        options: Options,
        out: &mut impl Output,
    ) -> Result<Summary, RedriveError> {
        let mut work = self.collect(selection, Mode::Show, out).await?;
        let shown = self.show_all(&mut work, options, out).await;
        let Work { hidden, summary, .. } = work;
        hidden.release().await;
        shown.map(|()| summary)
    }

    async fn show_all(
        &self,
        work: &mut Work,
        options: Options,
        out: &mut impl Output,
    ) -> Result<(), RedriveError> {
        for mut batch in batches(&work.records, options.batch)? {
            while !batch.is_empty() {
                batch = self.show_batch(work, &batch, out).await?;
            }
        }
        self.report_lost(work, false, out).await
    }

    /// Returns the records that did not fit into the response.
    async fn show_batch(
        &self,
        work: &mut Work,
        batch: &[usize],
        out: &mut impl Output,
    ) -> Result<Vec<usize>, RedriveError> {
        let mut deferred = Vec::new();
        for Enriched { record, element } in self.enrich_batch(work, batch).await? {
            let Some(outcome) = element.result.outcome(work.mode.delivered()) else {
                deferred.push(record);
                continue;
            };
            let line = work.line(record, outcome, Some(element.result));
            work.summary.count(&line);
            out.line(&line)?;
        }
        if deferred.len() == batch.len() {
            let reason = "it deferred all records".to_owned();
            return Err(RedriveError::Response { function: self.deployment.enrich.clone(), reason });
        }
        Ok(deferred)
    }
}
