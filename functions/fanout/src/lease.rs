use std::time::Duration;

use tablecast_aws::{StorageError, now_in_milliseconds};
use tablecast_connections::{Connections, Part, Run};
use tokio::time::Instant;

/// Attempts to take a part that other writers change.
const ATTEMPTS: usize = 3;

/// A worker sends no frame in the last part of its lease: a post may take this time.
const MARGIN: Duration = Duration::from_secs(1);

/// A worker's right to push a part of a channel.
#[derive(Debug, Clone)]
pub struct Lease {
    pub run: Run,
    pub part: usize,
    owner: u64,
    time: Duration,
}

/// The result of a write.
#[derive(Debug)]
pub enum Written {
    /// The worker has the part. The run may have begun again at an earlier offset.
    Held(Lease),
    /// There is nothing to do any more.
    Ended,
    /// Another worker has the part.
    Lost,
}

impl Lease {
    /// None if the run has ended, or if another worker has the part.
    pub async fn take(
        connections: &Connections,
        source: &str,
        part: usize,
        time: Duration,
    ) -> Result<Option<Self>, StorageError> {
        let owner = fastrand::u64(1..1 << 53);
        for _ in 0..ATTEMPTS {
            let Some(run) = connections.run(source).await? else { return Ok(None) };
            let Some(held) = run.parts.get(part).copied() else { return Ok(None) };
            let lease = |run| Self { run, part, owner, time };
            let now = now_in_milliseconds();
            match held {
                // The SDK repeats a write whose response is lost.
                Part { owner: other, .. } if other == owner => return Ok(Some(lease(run))),
                Part { leased_until, .. } if leased_until > now => return Ok(None),
                _ => {}
            }
            if let Some(run) = connections.lease(&run, part, owner, now, lease_end(time)).await? {
                return Ok(Some(lease(run)));
            }
        }
        Ok(None)
    }

    pub fn cursor(&self) -> u64 {
        self.own().cursor
    }

    /// Returns whether more events are covered than the part's listeners have.
    pub fn is_behind(&self) -> bool {
        self.cursor() < self.run.needed_to
    }

    /// The worker sends no frame after this.
    pub fn held_until(&self) -> Instant {
        let left = self.own().leased_until.saturating_sub(now_in_milliseconds());
        Instant::now() + Duration::from_millis(left.max(0).unsigned_abs()).saturating_sub(MARGIN)
    }

    /// The same lease after the run has changed. None if the worker does not have the part any more.
    pub fn in_run(&self, run: Option<Run>) -> Option<Self> {
        let run = run.filter(|run| run.run_id == self.run.run_id)?;
        let found = Self { run, ..self.clone() };
        (found.own().owner == self.owner).then_some(found)
    }

    fn own(&self) -> Part {
        self.run.parts.get(self.part).copied().unwrap_or_default()
    }

    /// Moves the cursor, and renews the lease.
    pub async fn advance(self, connections: &Connections, cursor: u64) -> Result<Written, StorageError> {
        let until = lease_end(self.time);
        self.write(connections, cursor, until).await
    }

    /// Gives the part back. `rest` is the time for which no other worker shall take it.
    pub async fn release(
        self,
        connections: &Connections,
        cursor: u64,
        rest: Duration,
    ) -> Result<Written, StorageError> {
        let until = if rest.is_zero() { 0 } else { lease_end(rest) };
        self.write(connections, cursor, until).await
    }

    async fn write(
        self,
        connections: &Connections,
        cursor: u64,
        until: i64,
    ) -> Result<Written, StorageError> {
        match connections.advance(&self.run, self.part, cursor, until).await? {
            Some(run) => Ok(Written::Held(Self { run, ..self })),
            None => self.look_again(connections).await,
        }
    }

    /// Ends the run, of which all parts are done. Otherwise gives this part back: whoever covers more events then
    /// starts a worker.
    pub async fn end(self, connections: &Connections) -> Result<Written, StorageError> {
        if self.run.is_done() {
            return self.end_run(connections).await;
        }
        let cursor = self.cursor();
        match self.release(connections, cursor, Duration::ZERO).await? {
            Written::Held(left) if left.run.is_done() => left.end_run(connections).await,
            // The run may have begun again at an earlier offset, so the cursor is that of the item.
            Written::Held(left) if left.is_behind() => {
                let cursor = left.cursor();
                left.advance(connections, cursor).await
            }
            Written::Held(_) => Ok(Written::Ended),
            other => Ok(other),
        }
    }

    async fn end_run(self, connections: &Connections) -> Result<Written, StorageError> {
        match connections.end_run(&self.run, self.part).await? {
            true => Ok(Written::Ended),
            false => self.look_again(connections).await,
        }
    }

    /// Shares the audience between more parts.
    pub async fn split(self, connections: &Connections, parts: usize) -> Result<Written, StorageError> {
        match connections.split(&self.run, parts).await? {
            Some(run) => Ok(Written::Held(Self { run, ..self })),
            None => self.look_again(connections).await,
        }
    }

    /// A write whose condition fails: the run has changed, or the write was made and its response was lost.
    async fn look_again(self, connections: &Connections) -> Result<Written, StorageError> {
        let Some(run) = connections.run(&self.run.source).await? else { return Ok(Written::Ended) };
        Ok(self.in_run(Some(run)).map_or(Written::Lost, Written::Held))
    }
}

fn lease_end(time: Duration) -> i64 {
    now_in_milliseconds() + time.as_millis() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "tablecast/orders/acme";
    const TIME: Duration = Duration::from_secs(10);

    /// Two workers share the run of the events 5 and 6. The first one is done.
    async fn done_beside_another(connections: &Connections) -> Lease {
        connections.cover(SOURCE, 5..=6, None, now_in_milliseconds()).await.unwrap();
        let lease = Lease::take(connections, SOURCE, 0, TIME).await.unwrap().unwrap();
        let Written::Held(lease) = lease.split(connections, 2).await.unwrap() else { panic!("it is lost") };
        let Written::Held(lease) = lease.advance(connections, 6).await.unwrap() else { panic!("it is lost") };
        lease
    }

    #[tokio::test]
    async fn a_part_that_is_given_back_while_the_run_begins_again_keeps_the_earlier_cursor() {
        let aws = tablecast_stand_in::StandIn::in_process(&["connections"]);
        let connections = Connections::new(aws.dynamodb(), "connections");
        let lease = done_beside_another(&connections).await;
        connections.cover(SOURCE, 1..=4, None, now_in_milliseconds()).await.unwrap();
        let Written::Held(lease) = lease.end(&connections).await.unwrap() else { panic!("it has ended") };
        assert_eq!((lease.cursor(), lease.run.started_after), (0, 0));
        let stored = connections.run(SOURCE).await.unwrap().unwrap();
        assert_eq!(stored.parts[0].cursor, 0);
    }
}
