use std::time::Duration;

use serde_json::Value;
use tablecast_client::machine::{
    CollectionDelivery, ConnectionId, Delivery, Effect, Entry, Machine, Reason, SubscriptionConfig,
    SubscriptionId, SubscriptionState,
};
use tablecast_client::{Filter, Timing, Validate};

use crate::server_events::{end, subscribed};

/// Runs a machine with a manual clock, and collects its effects.
pub struct Harness {
    pub now: Duration,
    pub machine: Machine,
    pub effects: Vec<Effect>,
}

impl Harness {
    pub fn new() -> Self {
        Self::with(0.5, None)
    }

    /// `random`: the number that every random choice gets.
    pub fn with(random: f64, validate: Option<Validate>) -> Self {
        let machine = Machine::new(Timing::default(), move || random, validate);
        let mut harness = Self { now: Duration::ZERO, machine, effects: Vec::new() };
        harness.input(|machine, now| machine.start(now));
        harness
    }

    /// Live on connection 1, with one subscription that starts at this offset.
    pub fn live(subjects: &[&str], offset: u64) -> (Self, SubscriptionId) {
        let mut harness = Self::new();
        let subscription = harness.subscribe(subjects);
        harness.open(1);
        harness.receive(1, &[subscribed("1", subjects, &end(offset))]);
        harness.effects.clear();
        (harness, subscription)
    }

    fn input(&mut self, input: impl FnOnce(&mut Machine, Duration) -> Vec<Effect>) {
        self.effects.extend(input(&mut self.machine, self.now));
    }

    pub fn subscribe(&mut self, subjects: &[&str]) -> SubscriptionId {
        self.subscribe_to(subjects, &[], None)
    }

    pub fn subscribe_to(
        &mut self,
        subjects: &[&str],
        types: &[&str],
        progress: Option<String>,
    ) -> SubscriptionId {
        let filter = Filter::new(subjects.iter().copied(), types.iter().copied());
        self.add(SubscriptionState::new(SubscriptionConfig { filter, progress }))
    }

    pub fn add(&mut self, state: SubscriptionState) -> SubscriptionId {
        let (id, effects) = self.machine.subscribe(state, self.now);
        self.effects.extend(effects);
        id
    }

    pub fn unsubscribe(&mut self, id: SubscriptionId) -> SubscriptionState {
        let (state, effects) = self.machine.unsubscribe(id, self.now);
        self.effects.extend(effects);
        state.unwrap()
    }

    pub fn open(&mut self, connection: ConnectionId) {
        self.open_until(connection, None);
    }

    pub fn open_until(&mut self, connection: ConnectionId, expires_in: Option<Duration>) {
        self.input(|machine, now| machine.opened(connection, expires_in, now));
    }

    pub fn receive(&mut self, connection: ConnectionId, frames: &[String]) {
        for frame in frames {
            self.input(|machine, now| machine.received(connection, frame, now));
        }
    }

    pub fn token(&mut self, connection: ConnectionId, token: Option<&str>) {
        self.input(|machine, now| match token {
            Some(token) => machine.token_received(connection, token.to_owned(), now),
            None => machine.token_failed(connection, now),
        });
    }

    pub fn disconnect(&mut self, connection: ConnectionId) {
        self.input(|machine, now| machine.disconnected(connection, Reason::from("cut"), now));
    }

    pub fn close(&mut self) {
        self.input(Machine::close);
    }

    pub fn wake(&mut self) {
        self.input(Machine::woke);
    }

    /// Disconnects the connection before this one, waits for the backoff, and opens this one.
    pub fn reconnect(&mut self, connection: ConnectionId) {
        self.disconnect(connection - 1);
        self.next_timer();
        self.open(connection);
    }

    /// Moves the clock to the next timer. Returns the time.
    pub fn next_timer(&mut self) -> Duration {
        self.now = self.machine.wake_at();
        self.input(Machine::tick);
        self.now
    }

    pub fn advance(&mut self, milliseconds: u64) {
        self.now += Duration::from_millis(milliseconds);
        self.input(Machine::tick);
    }

    /// Returns the effects that `take` accepts since the last call.
    fn take<T>(&mut self, take: impl Fn(&Effect) -> Option<T>) -> Vec<T> {
        let taken = self.effects.iter().filter_map(&take).collect();
        self.effects.retain(|effect| take(effect).is_none());
        taken
    }

    /// Returns the numbers of the opened connections.
    pub fn opened(&mut self) -> Vec<ConnectionId> {
        self.take(|effect| match effect {
            Effect::Open { connection } => Some(*connection),
            _ => None,
        })
    }

    /// Returns the closed connections and the reasons.
    pub fn closed(&mut self) -> Vec<(ConnectionId, String)> {
        self.take(|effect| match effect {
            Effect::Close { connection, reason } => Some((*connection, reason.to_string())),
            _ => None,
        })
    }

    /// Returns the sent messages.
    pub fn sent(&mut self) -> Vec<Value> {
        self.sent_on().into_iter().map(|(_, message)| message).collect()
    }

    pub fn sent_on(&mut self) -> Vec<(ConnectionId, Value)> {
        self.take(|effect| match effect {
            Effect::Send { connection, message } => {
                Some((*connection, serde_json::to_value(message).unwrap()))
            }
            _ => None,
        })
    }

    /// Returns the actions of the sent messages.
    pub fn actions(&mut self) -> Vec<String> {
        self.sent().iter().map(|message| message["action"].as_str().unwrap().to_owned()).collect()
    }

    pub fn deliveries(&mut self) -> Vec<(SubscriptionId, Delivery)> {
        self.take(|effect| match effect {
            Effect::Deliver { subscription, delivery } => Some((*subscription, delivery.clone())),
            _ => None,
        })
    }

    /// Returns the ids of delivered events, and the words of other items.
    pub fn delivered(&mut self) -> Vec<String> {
        self.deliveries().iter().filter_map(|(_, delivery)| shown(delivery)).collect()
    }

    pub fn confirmed(&mut self) -> usize {
        self.take(|effect| matches!(effect, Effect::Confirm { .. }).then_some(())).len()
    }

    pub fn tokens(&mut self) -> Vec<ConnectionId> {
        self.take(|effect| match effect {
            Effect::Token { connection } => Some(*connection),
            _ => None,
        })
    }

    /// Returns the states and their reasons.
    pub fn states(&mut self) -> Vec<(String, Reason)> {
        self.take(|effect| match effect {
            Effect::State { state, reason } => Some((state.to_string(), reason.clone())),
            _ => None,
        })
    }

    pub fn state_names(&mut self) -> Vec<String> {
        self.states().into_iter().map(|(state, _)| state).collect()
    }
}

/// None for a delivery that does not concern the application.
pub fn shown(delivery: &Delivery) -> Option<String> {
    Some(match delivery {
        Delivery::Event(event) => event.id().to_owned(),
        Delivery::Late(event) => format!("late {}", event.id()),
        Delivery::Gap(gap) => format!("gap {} {}", gap.source, gap.reason),
        Delivery::Refused(refused) => format!("refused {} {}", refused.subject, refused.reason),
        Delivery::Invalid(invalid) => format!("invalid {} {}", invalid.event.id(), invalid.detail),
        Delivery::Collection(change) => shown_change(change),
        Delivery::Start(_) | Delivery::Advance(_) | Delivery::Sources(_) => return None,
    })
}

fn shown_change(change: &CollectionDelivery) -> String {
    match change {
        CollectionDelivery::Snapshot { items, .. } => {
            let items = items.iter().map(|(subject, entry)| format!(" {subject}={}", shown_entry(entry)));
            format!("snapshot{}", items.collect::<String>())
        }
        CollectionDelivery::Changed { subject, entry: Some(entry) } => {
            format!("set {subject}={}", shown_entry(entry))
        }
        CollectionDelivery::Changed { subject, entry: None } => format!("removed {subject}"),
        CollectionDelivery::Stale => "stale".to_owned(),
        CollectionDelivery::Refused => "refused".to_owned(),
    }
}

/// Returns the status of an order.
fn shown_entry(entry: &Entry) -> String {
    match entry {
        Entry::Data(data) => data.read::<Value>().unwrap()["status"].as_str().unwrap().to_owned(),
        Entry::Missing(reason) => format!("missing {reason}"),
    }
}
