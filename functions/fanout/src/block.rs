use std::collections::BTreeSet;
use std::rc::Rc;

use tablecast_aws::StorageError;
use tablecast_connections::{Run, Subscriber};
use tablecast_event_log::{Followed, Following};
use tablecast_protocol::channel::Channel;
use tablecast_protocol::subject::{Pattern, Subject};
use tablecast_push::{Delivery, RoutedEvent, Subscribers, assign, find_subscribers, patterns};

use crate::clients::Fanout;
use crate::event::Event;

/// Events that follow each other in the log, and the listeners that were found after these were read. So a
/// connection that is not among them reads the events from the log.
#[derive(Debug)]
pub struct Block {
    pub events: Vec<Rc<Event>>,
    pub listeners: Subscribers,
    /// The run after the events were read. If it has begun again at an earlier offset, these events must wait: a
    /// writer covers a batch before it appends its next one, which may be among them.
    pub run: Option<Run>,
    /// Connections of the whole channel, roughly.
    pub audience: usize,
    /// The last offset that was read.
    pub end: u64,
    pub has_gap: bool,
    /// Events that cannot be read.
    pub damaged: usize,
    /// Listeners that connected by then may lack events, because the run was damaged. Only in the first block.
    pub gap_at: Option<i64>,
    /// The first event that is not assigned to listeners yet.
    next: usize,
}

impl Fanout {
    /// Reads what follows a cursor. None if nothing does. `is_first` if the cursor may be within an item of the log.
    pub(crate) async fn read(
        &self,
        run: &Run,
        cursor: u64,
        is_first: bool,
    ) -> Result<Option<Block>, StorageError> {
        let following = self.follow(&run.source, cursor, is_first).await?;
        let Following { events, read_to: end, has_gap } = following;
        // Covered events were appended before they were covered.
        let has_gap = has_gap || (end.is_none() && run.needed_to > cursor);
        let gap_at = run.gap_at.filter(|_| is_first);
        let end = end.or(has_gap.then_some(run.needed_to)).filter(|end| *end > cursor);
        let Some(end) = end.or(gap_at.map(|_| cursor)) else { return Ok(None) };
        let read = events.len();
        let events: Vec<_> = events.into_iter().filter_map(|event| readable(&run.source, event)).collect();
        let damaged = read - events.len();
        let has_gap = has_gap || damaged > 0;
        let mut patterns = patterns(&routed(&run.source, &events));
        if has_gap || gap_at.is_some() {
            patterns.extend(patterns_of_channel(&run.source));
        }
        let finding = find_subscribers(&self.connections, patterns);
        let (listeners, run) = tokio::try_join!(finding, self.connections.run(&run.source))?;
        let audience = listeners.values().map(Vec::len).sum();
        Ok(Some(Block { events, listeners, run, audience, end, has_gap, damaged, gap_at, next: 0 }))
    }

    async fn follow(&self, source: &str, cursor: u64, is_first: bool) -> Result<Following, StorageError> {
        if is_first && cursor > 0 {
            let rest = self.logs.rest_of_item(source, cursor).await?;
            if rest.read_to.is_some() {
                return Ok(rest);
            }
        }
        self.logs.after(source, cursor, self.limits.read_bytes).await
    }
}

/// An event that cannot be read is damaged: `dispatch` appends none. Nobody knows whose it is.
fn readable(source: &str, followed: Followed) -> Option<Rc<Event>> {
    let offset = followed.offset;
    match Event::read(followed) {
        Ok(event) => Some(Rc::new(event)),
        Err(reason) => {
            tracing::error!(channel = source, offset, reason, "an event of the log has no valid subject");
            None
        }
    }
}

fn routed<'e>(source: &'e str, events: &'e [Rc<Event>]) -> Vec<RoutedEvent<'e>> {
    events.iter().map(|event| event.routed(source)).collect()
}

/// The patterns that may match any event of the channel. Subscriptions to single subjects are not among them.
fn patterns_of_channel(source: &str) -> BTreeSet<Pattern> {
    let Some(channel) = Channel::of_source(source) else { return BTreeSet::new() };
    let own = Subject::parse(&channel.to_string()).ok();
    own.iter().flat_map(Subject::patterns).chain([channel.pattern()]).collect()
}

/// A listener, and events that it lacks.
pub type Lacking = (Subscriber, Vec<Rc<Event>>);

impl Block {
    /// Keeps the listeners of one part.
    pub fn keep_part(&mut self, run: &Run, part: usize) {
        let is_own = |listener: &Subscriber| run.part_of(&listener.id) == part;
        self.listeners.values_mut().for_each(|listeners| listeners.retain(is_own));
    }

    /// All of them, each once.
    pub fn all_listeners(&self) -> impl Iterator<Item = &Subscriber> {
        let mut known = BTreeSet::new();
        self.listeners.values().flatten().filter(move |listener| known.insert(listener.id.clone()))
    }

    pub fn is_assigned(&self) -> bool {
        self.next == self.events.len()
    }

    /// Assigns the next events to listeners, about as many deliveries as there is room for. Returns these events, who
    /// lacks them, and the last offset of them.
    pub fn assign(&mut self, source: &str, room: usize) -> (Vec<Rc<Event>>, Vec<Lacking>, u64) {
        let most = (room / self.audience.max(1)).max(1);
        let events = self.events[self.next..(self.next + most).min(self.events.len())].to_vec();
        self.next += events.len();
        let listeners = match self.is_assigned() {
            true => std::mem::take(&mut self.listeners),
            false => self.listeners.clone(),
        };
        let deliveries = assign(&routed(source, &events), listeners).into_iter();
        let of = |Delivery { subscriber, events: indexes }| {
            (subscriber, indexes.into_iter().map(|index: usize| events[index].clone()).collect())
        };
        let deliveries = deliveries.map(of).collect();
        let end = match self.is_assigned() {
            true => self.end,
            false => events.last().map_or(self.end, |event| event.offset),
        };
        (events, deliveries, end)
    }
}
