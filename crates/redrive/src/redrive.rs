mod attempt;
mod batches;
mod collect;
mod show;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::time::Duration;

use tablecast_aws::backoff;
use tablecast_event_log::Logs;
use tablecast_pipes::invoke::Invoke;
use tablecast_rejected::RejectedTable;
use tokio::time::sleep;

use crate::deployment::Deployment;
use crate::error::{RedriveError, is_temporary};
use crate::functions::Functions;
use crate::mode::Mode;
use crate::outcome::Outcome;
use crate::rate_limiter::RateLimiter;
use crate::record_result::{Attempted, RecordResult};
use crate::report::{Output, Summary};
use crate::selection::Selection;
use crate::work::Work;
use batches::batches;

/// Attempts in a row that deliver nothing.
const ATTEMPTS: u32 = 4;

const FIRST_PAUSE: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Records in a second.
    pub rate: u32,
    /// Records in a batch.
    pub batch: usize,
    /// Deletes dead letters whose records have left the stream.
    pub discard_lost: bool,
}

/// Shows or redrives what waits in a deployment.
pub struct Redrive<I> {
    pub(crate) deployment: Deployment,
    pub(crate) functions: Functions<I>,
    pub(crate) table: RejectedTable,
    pub(crate) dynamodb: aws_sdk_dynamodb::Client,
    pub(crate) streams: aws_sdk_dynamodbstreams::Client,
    pub(crate) sqs: aws_sdk_sqs::Client,
    pub(crate) logs: Logs,
}

/// The state of a run.
struct Run<'o, O> {
    work: Work,
    rate_limiter: RateLimiter,
    /// Items whose change failed. Later changes of them wait, to keep the order.
    blocked: BTreeSet<(String, String)>,
    out: &'o mut O,
}

impl<I: Invoke> Redrive<I> {
    pub fn new(deployment: Deployment, invoke: I) -> Self {
        let dynamodb = aws_sdk_dynamodb::Client::new(&deployment.dynamodb);
        Self {
            functions: Functions {
                invoke,
                enrich: deployment.enrich.clone(),
                dispatch: deployment.dispatch.clone(),
            },
            table: RejectedTable::new(dynamodb.clone(), deployment.rejected.clone()),
            streams: aws_sdk_dynamodbstreams::Client::new(&deployment.dynamodb),
            sqs: aws_sdk_sqs::Client::new(&deployment.sqs),
            logs: Logs::new(dynamodb.clone(), deployment.log.clone()),
            dynamodb,
            deployment,
        }
    }

    /// Redrives what is selected. It can be killed at any point: a record leaves its place after it is delivered, so
    /// another run delivers it again, with the same ids.
    pub async fn run(
        &self,
        selection: &Selection,
        options: Options,
        out: &mut impl Output,
    ) -> Result<Summary, RedriveError> {
        let work = self.collect(selection, Mode::Redrive, out).await?;
        let mut run =
            Run { work, rate_limiter: RateLimiter::new(options.rate), blocked: BTreeSet::new(), out };
        let redriven = self.redrive(&mut run, options).await;
        let Run { work, .. } = run;
        work.hidden.release().await;
        redriven.map(|()| work.summary)
    }

    async fn redrive<O: Output>(&self, run: &mut Run<'_, O>, options: Options) -> Result<(), RedriveError> {
        for index in 0..run.work.letters.len() {
            self.apply_letter(&mut run.work, index).await?;
        }
        for batch in batches(&run.work.records, options.batch)? {
            let (waiting, batch): (Vec<_>, Vec<_>) =
                batch.into_iter().partition(|index| run.is_blocked(*index));
            for index in waiting {
                run.report(index, Outcome::Waits, None)?;
            }
            self.redrive_batch(run, batch).await?;
        }
        self.report_lost(&mut run.work, options.discard_lost, run.out).await
    }

    /// Passes a batch through the functions, and again as far as it fails: for each item, from its first failed record on.
    async fn redrive_batch<O: Output>(
        &self,
        run: &mut Run<'_, O>,
        mut batch: Vec<usize>,
    ) -> Result<(), RedriveError> {
        let mut attempts = 0;
        while !batch.is_empty() {
            run.rate_limiter.wait(batch.len()).await;
            let results = self.attempt(&run.work, &batch).await;
            let failed = match results {
                Ok(results) => self.apply_all(run, results).await?,
                Err(RedriveError::Invoke(error)) if attempts + 1 < ATTEMPTS && is_temporary(&error) => {
                    run.out.note(&format!("{error}; trying again"));
                    batch.clone()
                }
                Err(error) => return Err(error),
            };
            attempts = if failed.len() < batch.len() { 0 } else { attempts + 1 };
            batch = failed;
            if attempts == ATTEMPTS {
                return run.give_up(&batch);
            }
            if let Some(retry) = attempts.checked_sub(1) {
                sleep(backoff(FIRST_PAUSE, retry)).await;
            }
        }
        Ok(())
    }

    /// Returns the records that failed.
    async fn apply_all<O: Output>(
        &self,
        run: &mut Run<'_, O>,
        results: Vec<Attempted>,
    ) -> Result<Vec<usize>, RedriveError> {
        let (failed, applied): (Vec<_>, Vec<_>) =
            results.into_iter().partition(|attempted| attempted.result.is_open());
        let outcomes = self.apply(&mut run.work, &applied).await?;
        for (Attempted { record, result }, outcome) in applied.into_iter().zip(outcomes) {
            run.report(record, outcome, Some(result))?;
        }
        Ok(failed.into_iter().map(|attempted| attempted.record).collect())
    }
}

impl<O: Output> Run<'_, O> {
    fn is_blocked(&self, index: usize) -> bool {
        self.work.records[index].item().is_some_and(|item| self.blocked.contains(&item))
    }

    fn report(
        &mut self,
        index: usize,
        outcome: Outcome,
        result: Option<RecordResult>,
    ) -> Result<(), RedriveError> {
        let line = self.work.line(index, outcome, result);
        self.work.summary.count(&line);
        self.out.line(&line)?;
        self.out.progress(&self.work.summary);
        Ok(())
    }

    fn give_up(&mut self, batch: &[usize]) -> Result<(), RedriveError> {
        for index in batch {
            self.blocked.extend(self.work.records[*index].item());
            self.report(*index, Outcome::Failed, None)?;
        }
        Ok(())
    }
}
