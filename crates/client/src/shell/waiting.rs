use std::collections::{BTreeMap, HashMap, VecDeque};

use tablecast_protocol::Position;

use crate::machine::Delivery;
use crate::wire::event::Event;

/// The most replaced events that a queue remembers.
const MAX_REPLACED: usize = 20_000;

/// An item that waits for the application.
pub(super) enum Waiting {
    Delivery {
        delivery: Delivery,
        /// The older events of its subject. They count as handled together with it. Otherwise a later resume could
        /// deliver one of them after a newer one.
        replaced: VecDeque<Place>,
    },
    StoreFailed(String),
}

/// The place of an event in the log of its source.
pub(super) struct Place {
    pub source: String,
    pub position: Position,
}

/// The items that wait for the application, in order.
#[derive(Default)]
pub(super) struct WaitingItems {
    /// Keeps only the newest event of each subject.
    newest_only: bool,
    /// The application reads these first, so that no subject waits for others that change more often.
    taken: VecDeque<Waiting>,
    /// By number.
    arrived: BTreeMap<u64, Waiting>,
    /// The number of the event of each subject. Late events are apart.
    newest: HashMap<(bool, String), u64>,
    count: u64,
    replaced: usize,
}

impl WaitingItems {
    pub fn new(newest_only: bool) -> Self {
        Self { newest_only, ..Self::default() }
    }

    pub fn len(&self) -> usize {
        self.taken.len() + self.arrived.len()
    }

    pub fn last(&self) -> Option<&Waiting> {
        self.arrived.values().next_back().or(self.taken.back())
    }

    pub fn add_failure(&mut self, error: String) {
        self.push(Waiting::StoreFailed(error));
    }

    /// Adds a delivery at the end: progress must follow the order of the log.
    pub fn add(&mut self, delivery: Delivery) {
        let key = if self.newest_only { key(&delivery) } else { None };
        let number = key.and_then(|key| self.newest.insert(key, self.count + 1));
        let older = number.and_then(|number| self.arrived.remove(&number));
        let replaced = older.map(|older| self.replace(older)).unwrap_or_default();
        self.push(Waiting::Delivery { delivery, replaced });
    }

    pub fn pop(&mut self) -> Option<Waiting> {
        if self.taken.is_empty() {
            self.taken.extend(std::mem::take(&mut self.arrived).into_values());
            self.newest.clear();
            self.replaced = 0;
        }
        self.taken.pop_front()
    }

    pub fn clear(&mut self) {
        *self = Self::new(self.newest_only);
    }

    fn push(&mut self, waiting: Waiting) {
        self.count += 1;
        if self.newest_only {
            self.arrived.insert(self.count, waiting);
        } else {
            self.taken.push_back(waiting);
        }
    }

    /// Returns the places of the event and of those that it replaced.
    fn replace(&mut self, older: Waiting) -> VecDeque<Place> {
        let Waiting::Delivery { delivery, mut replaced } = older else { return VecDeque::new() };
        let place = event_of(&delivery)
            .and_then(|event| Some(Place { source: event.source().to_owned(), position: event.position()? }));
        self.replaced += place.iter().len();
        replaced.extend(place);
        if self.replaced > MAX_REPLACED && replaced.pop_front().is_some() {
            self.replaced -= 1;
        }
        replaced
    }
}

/// A newer delivery replaces one with the same key. None for a delivery that always stays.
fn key(delivery: &Delivery) -> Option<(bool, String)> {
    let subject = event_of(delivery)?.subject()?;
    Some((matches!(delivery, Delivery::Late(_)), subject.to_owned()))
}

fn event_of(delivery: &Delivery) -> Option<&Event> {
    match delivery {
        Delivery::Event(event) | Delivery::Late(event) => Some(event),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::machine::Gap;

    /// `a1` is the event 1 of the subject `a`.
    fn event(id: &str) -> Arc<Event> {
        let (subject, offset) = id.split_at(1);
        let position = format!("0000019abd0c3f80-{offset}");
        let event = serde_json::json!({"specversion": "1.0", "id": id, "source": "s", "type": "t", "subject": subject,
            "position": position});
        Arc::new(Event::parse(&event.to_string()).unwrap())
    }

    fn add_all(items: &mut WaitingItems, ids: &[&str]) {
        ids.iter().for_each(|id| items.add(Delivery::Event(event(id))));
    }

    /// Returns the ids of the next items, with the offsets of the replaced events.
    fn read(items: &mut WaitingItems, count: usize) -> Vec<String> {
        let short = |waiting| match waiting {
            Waiting::Delivery { delivery, replaced } => {
                let id = event_of(&delivery).map_or("gap", Event::id).to_owned();
                replaced.iter().fold(id, |text, place| format!("{text} {}", place.position.offset))
            }
            Waiting::StoreFailed(error) => error,
        };
        std::iter::from_fn(|| items.pop()).take(count).map(short).collect()
    }

    #[test]
    fn only_the_newest_waiting_event_of_each_subject_stays_in_the_order_of_the_log() {
        let mut items = WaitingItems::new(true);
        add_all(&mut items, &["a1", "b2", "a3"]);
        items.add(Delivery::Gap(Gap { source: "s".to_owned(), reason: "trimmed".to_owned() }));
        items.add_failure("full".to_owned());
        add_all(&mut items, &["c4", "a5"]);
        items.add(Delivery::Late(event("a6")));
        assert_eq!(items.len(), 6);
        assert_eq!(read(&mut items, 10), ["b2", "gap", "full", "c4", "a5 1 3", "a6"]);
        assert_eq!(items.len(), 0);
    }

    #[test]
    fn no_subject_waits_for_others_that_change_more_often() {
        let mut items = WaitingItems::new(true);
        add_all(&mut items, &["a1", "b2"]);
        assert_eq!(read(&mut items, 1), ["a1"]);
        add_all(&mut items, &["a3", "b4", "a5"]);
        assert_eq!(read(&mut items, 10), ["b2", "b4", "a5 3"]);
    }

    #[test]
    fn without_newest_only_every_event_stays() {
        let mut items = WaitingItems::new(false);
        add_all(&mut items, &["a1", "a2", "b3", "a1"]);
        assert_eq!(read(&mut items, 10), ["a1", "a2", "b3", "a1"]);
    }

    #[test]
    fn the_number_of_remembered_events_is_bounded() {
        let mut items = WaitingItems::new(true);
        for number in 0..MAX_REPLACED {
            add_all(&mut items, &[&format!("a{number}"), &format!("b{number}")]);
        }
        let counts: Vec<_> = read(&mut items, 10).iter().map(|text| text.split(' ').count()).collect();
        assert_eq!(counts, [MAX_REPLACED / 2 + 1; 2]);
    }
}
