use std::time::Duration;

use tablecast_protocol::milliseconds_of;
use tokio::time::{Instant, sleep};

use super::Redrive;
use crate::dead_letter::DeadLetter;
use crate::deployment::{Pipe, QueueName};
use crate::error::RedriveError;
use crate::mode::{Mode, REDRIVE_TIMEOUT};
use crate::queue::{Queue, Received};
use crate::record::Record;
use crate::report::Output;
use crate::selection::{Kind, Selection};
use crate::shard::Shards;
use crate::work::Work;

impl<I> Redrive<I> {
    /// Reads what is wanted. To redrive it, keeps the dead letters from others, and waits for those that a run has that
    /// was killed. After an error, gives them back.
    pub(crate) async fn collect(
        &self,
        selection: &Selection,
        mode: Mode,
        out: &mut impl Output,
    ) -> Result<Work, RedriveError> {
        let mut work = Work::new(mode);
        match self.collect_into(&mut work, selection, out).await {
            Ok(()) => Ok(work),
            Err(error) => {
                work.hidden.release().await;
                Err(error)
            }
        }
    }

    async fn collect_into(
        &self,
        work: &mut Work,
        selection: &Selection,
        out: &mut impl Output,
    ) -> Result<(), RedriveError> {
        let rejected = self.rejected(selection).await?;
        work.summary.unreadable = rejected.unknown + rejected.incomplete.len();
        for stored in rejected.complete {
            match Record::of_rejected(stored) {
                Ok(record) => work.records.push(record),
                Err(_) => work.summary.unreadable += 1,
            }
        }
        let mut shards = Shards::new(self.streams.clone());
        let pipes = self.deployment.pipes.iter().filter(|pipe| selection.has_pipe(&pipe.name));
        for pipe in pipes.filter(|_| selection.has_kind(Kind::DeadLetters)) {
            let Some(queue) = &pipe.letters else { continue };
            let first = work.letters.len();
            self.receive(work, pipe, queue, selection, out).await?;
            work.read_records(&mut shards, pipe, first).await?;
            work.report_unread(first, out)?;
        }
        work.join();
        Ok(())
    }

    async fn receive(
        &self,
        work: &mut Work,
        pipe: &Pipe,
        name: &QueueName,
        selection: &Selection,
        out: &mut impl Output,
    ) -> Result<(), RedriveError> {
        let queue = Queue::open(&self.sqs, name).await?;
        // Several pipes can have one queue, and the letters of the first pipe are hidden there already.
        let own = work.hidden.count(&queue);
        let (received, elsewhere) = receive_all(&queue, pipe, own, work.mode, out).await?;
        work.summary.letters_elsewhere += elsewhere;
        let (wanted, rest): (Vec<_>, Vec<_>) =
            received.letters.into_iter().partition(|letter| is_wanted(letter, selection));
        let back: Vec<_> =
            rest.into_iter().map(|letter| letter.receipt).chain(received.foreign.into_values()).collect();
        queue.hide(&back, 0).await?;
        wanted.iter().for_each(|letter| work.hidden.add(&queue, &letter.id, &letter.receipt));
        work.letters.extend(wanted);
        Ok(())
    }
}

/// Also returns the number of letters that others have. To redrive them, waits for these. `own` letters of the queue are
/// hidden already.
async fn receive_all(
    queue: &Queue,
    pipe: &Pipe,
    own: usize,
    mode: Mode,
    out: &mut impl Output,
) -> Result<(Received, usize), RedriveError> {
    let until = Instant::now() + Duration::from_secs(REDRIVE_TIMEOUT as u64 + 5);
    let (mut received, mut has_waited) = (Received::default(), false);
    loop {
        received.extend(queue.receive(pipe, mode.timeout()).await?);
        let others = queue.hidden().await?.saturating_sub(own + received.len());
        if others == 0 || !mode.redrives() || Instant::now() > until {
            return Ok((received, others));
        }
        if !has_waited {
            out.note(&format!(
                "{others} dead letters of {} are with another reader, or with a run that was killed: waiting for up to \
                 {REDRIVE_TIMEOUT} s",
                pipe.name
            ));
        }
        has_waited = true;
        sleep(Duration::from_secs(1)).await;
    }
}

/// Its time and its condition are those of the letter.
fn is_wanted(letter: &DeadLetter, selection: &Selection) -> bool {
    let at = milliseconds_of(&letter.at).unwrap_or_default();
    selection.has(&letter.id, at, &letter.condition)
}
