//! What a client missed, and where the logs end.
//!
//! With `after`: first it is told what can be recovered, then gets it in order, and only then is the subscription
//! written. What was appended meanwhile is read after that, and sent before the acknowledgement. So whatever is pushed
//! in between, the client knows from when on it has everything.

use std::collections::BTreeMap;

use tablecast_aws::now_in_milliseconds;
use tablecast_connections::Session;
use tablecast_definitions::sources::Source;
use tablecast_log::{MOST_REPLAYED_BYTES, Placed, Replay};
use tablecast_protocol::subject::Pattern;
use tablecast_protocol::{Control, Protocol};
use tablecast_protocol::{Position, Unrecovered};
use tokio::time::timeout;

use crate::change::Trouble;
use crate::handle::Reply;
use crate::limits::{ARRAYS_AT_ONCE, AT_ONCE, CATCHING_UP, REPLAYED, RESUMING};
use crate::wish::Wish;
use crate::{Subscribe, Verify};

/// A `subscribe` that is being done.
pub struct Listening<'r> {
    pub session: Session,
    pub wish: Wish,
    pub reply: Reply<'r>,
}

impl Listening<'_> {
    /// Events that are replayed at once: of those that share messages, as many as their bytes allow.
    fn most(&self) -> usize {
        match self.session.connection.protocol {
            Protocol::Single => REPLAYED,
            Protocol::Batch => usize::MAX,
        }
    }

    /// Events that are sent under the same token.
    pub fn page(&self) -> usize {
        match self.session.connection.protocol {
            Protocol::Single => AT_ONCE,
            Protocol::Batch => ARRAYS_AT_ONCE,
        }
    }
}

/// By source, as the client named it: up to where it was replayed.
pub type Resumed = BTreeMap<String, Result<Position, Unrecovered>>;

impl<V: Verify> Subscribe<V> {
    /// Before the subscription is there.
    pub async fn resume(
        &self,
        listening: &mut Listening<'_>,
        after: &BTreeMap<String, String>,
    ) -> Result<Resumed, Trouble> {
        if after.is_empty() {
            return Ok(Resumed::new());
        }
        let replaying = Box::pin(self.replay_all(listening, after));
        timeout(RESUMING, replaying).await.unwrap_or(Err(Trouble::Slow))
    }

    /// Once the subscription is there: the rest of what was missed, and the positions after which everything is pushed.
    /// `replayed`: what of it was resumed.
    pub async fn go_live(
        &self,
        listening: Listening<'_>,
        replayed: &Wish,
        resumed: Resumed,
    ) -> Result<BTreeMap<String, Position>, Trouble> {
        if !resumed.is_empty() && !replayed.has_all_of(&listening.wish) {
            return Err(Trouble::Widened);
        }
        let catching_up = Box::pin(self.catch_up_all(listening, resumed));
        timeout(CATCHING_UP, catching_up).await.unwrap_or(Err(Trouble::Slow))
    }

    async fn catch_up_all(
        &self,
        mut listening: Listening<'_>,
        resumed: Resumed,
    ) -> Result<BTreeMap<String, Position>, Trouble> {
        let mut positions = BTreeMap::new();
        let wish = listening.wish.clone();
        for source in self.sources.of(&wish.patterns()) {
            let position = match resumed.get(&source.name()) {
                Some(Ok(replayed_to)) => self.catch_up(&mut listening, source, *replayed_to).await?,
                _ => self.log_end(source).await?,
            };
            positions.insert(source.name(), position);
        }
        Ok(positions)
    }

    /// Where the logs of what a connection listens to end.
    pub async fn pong(&self, session: &Session) -> Result<Control, Trouble> {
        let patterns: Vec<&Pattern> = session.subscriptions.iter().map(|one| &one.pattern).collect();
        let mut sources = BTreeMap::new();
        for source in self.sources.of(&patterns) {
            sources.insert(source.name(), self.log_end(source).await?);
        }
        Ok(Control::Pong { sources })
    }

    async fn log_end(&self, source: &Source) -> Result<Position, Trouble> {
        Ok(self.logs.end(&source.pipe, source.keep, now_in_milliseconds()).await?)
    }

    async fn replay_all(
        &self,
        listening: &mut Listening<'_>,
        after: &BTreeMap<String, String>,
    ) -> Result<Resumed, Trouble> {
        let (mut resumed, mut missed, mut bytes) = (Resumed::new(), Vec::new(), 0);
        for (name, position) in after {
            let replayed = self.missed(listening, name, position).await?.and_then(|(events, end)| {
                bytes += events.iter().map(|event| event.text.len()).sum::<usize>();
                if bytes > MOST_REPLAYED_BYTES { Err(Unrecovered::TooMuch) } else { Ok((events, end)) }
            });
            resumed.insert(name.clone(), replayed.as_ref().map(|(_, end)| *end).map_err(|reason| *reason));
            missed.extend(replayed.into_iter().map(|(events, _)| events));
        }
        self.announce(listening, &resumed).await?;
        for events in missed {
            self.replay(listening, &events).await.map_err(Trouble::halfway)?;
        }
        Ok(resumed)
    }

    /// A source of which nothing granted can be is as unknown as one that is not there.
    async fn missed(
        &self,
        listening: &Listening<'_>,
        name: &str,
        after: &str,
    ) -> Result<Result<(Vec<Placed>, Position), Unrecovered>, Trouble> {
        let patterns = listening.wish.patterns();
        let Some(source) = self.sources.of(&patterns).find(|source| source.name() == name) else {
            return Ok(Err(Unrecovered::PositionUnknown));
        };
        let wanted = |text: &str| listening.wish.wants(text);
        let now = now_in_milliseconds();
        let Replay { end, events, read } =
            self.logs.resume(&source.pipe, after, source.keep, now, listening.most(), wanted).await?;
        self.charge(&listening.session.connection.id, read);
        Ok(events.map(|events| (events, end)))
    }

    async fn announce(&self, listening: &Listening<'_>, resumed: &Resumed) -> Result<(), Trouble> {
        let sources = resumed.iter().map(|(name, replayed)| (name.clone(), (*replayed).into())).collect();
        let id = format!("{}:resumed", listening.reply.id);
        let reply = Reply { id: &id, ..listening.reply };
        match self.tell(&listening.session, &Control::Resumed { sources }, reply).await {
            true => Ok(()),
            false => Err(Trouble::Unreachable),
        }
    }

    /// What was appended while the subscription was written; the position up to which that is all.
    async fn catch_up(
        &self,
        listening: &mut Listening<'_>,
        source: &Source,
        after: Position,
    ) -> Result<Position, Trouble> {
        let wanted = |text: &str| listening.wish.wants(text);
        let now = now_in_milliseconds();
        let Replay { end, events, .. } =
            self.logs.since(&source.pipe, after, source.keep, now, listening.most(), wanted).await?;
        self.replay(listening, &events.map_err(Trouble::Overrun)?).await?;
        Ok(end)
    }
}
