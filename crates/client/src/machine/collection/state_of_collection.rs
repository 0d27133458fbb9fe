use std::sync::Arc;
use std::time::Duration;

use tablecast_protocol::message::State;
use tablecast_protocol::subject::{Pattern, Subject};

use super::items::Items;
use super::snapshot_load::{PageResult, SnapshotLoad, UNAVAILABLE, Wait};
use super::update::Update;
use crate::machine::backoff::Backoff;
use crate::machine::delivery::{CollectionDelivery, Delivery, Invalid, Refused};
use crate::machine::entry::Entry;
use crate::machine::timing::NEVER;
use crate::wire::control::StatePage;
use crate::wire::event::Event;

/// How much longer a client waits after a quota is used up.
const QUOTA_WAIT: Duration = Duration::from_secs(10);

/// The items of some subjects. Each method returns the deliveries that follow.
#[derive(Debug)]
pub(in crate::machine) struct CollectionState {
    event_type: String,
    /// Those that the server has not refused.
    subjects: Vec<String>,
    items: Items,
    /// The application has a snapshot that follows every change.
    is_live: bool,
    load: SnapshotLoad,
    /// When to request the next page. Never, if no load runs.
    pub load_at: Duration,
    backoff: Backoff,
}

impl CollectionState {
    pub fn new(event_type: String, subjects: Vec<String>) -> Self {
        Self {
            event_type,
            load: SnapshotLoad::new(&subjects),
            subjects,
            items: Items::default(),
            is_live: false,
            load_at: Duration::ZERO,
            backoff: Backoff::default(),
        }
    }

    /// Returns the message for the next page.
    pub fn request(&mut self) -> State {
        State { types: [self.event_type.clone()].into(), ..self.load.request() }
    }

    /// Handles an event of the requested state. `detail`: why it does not match its schema.
    pub fn item(&mut self, event: &Arc<Event>, detail: Option<String>) -> Vec<Delivery> {
        let Some(entry) = Entry::of(event, &self.event_type, detail.is_none()) else { return Vec::new() };
        self.load.add(event, entry);
        let invalid = detail.map(|detail| Delivery::Invalid(Invalid { event: event.clone(), detail }));
        invalid.into_iter().collect()
    }

    /// Handles the end of a page. `fraction` is random between 0 and 1.
    pub fn page(&mut self, page: StatePage, now: Duration, fraction: f64) -> Vec<Delivery> {
        if self.load.replied().is_empty() {
            return Vec::new();
        }
        let result = self.load.page(page);
        self.proceed(result, now, fraction)
    }

    /// Handles an error in place of a page.
    pub fn failed(&mut self, reason: &str, now: Duration, fraction: f64) -> Vec<Delivery> {
        let subjects = self.load.replied();
        let refused = |subject| Refused { subject, reason: reason.to_owned() };
        let result = match reason {
            UNAVAILABLE => PageResult { refused: Vec::new(), wait: Some(Wait::Unavailable) },
            _ => PageResult { refused: subjects.into_iter().map(refused).collect(), wait: None },
        };
        self.proceed(result, now, fraction)
    }

    /// Handles a delivery of the subscription.
    pub fn receive(&mut self, delivery: Delivery) -> Vec<Delivery> {
        match delivery {
            Delivery::Gap(_) => self.restart(),
            Delivery::Refused(refused) => self.refuse(refused),
            delivery => {
                let changes = Update::of(&delivery, &self.event_type).and_then(|update| self.update(update));
                let reported = matches!(delivery, Delivery::Invalid(_)).then_some(delivery);
                reported.into_iter().chain(changes).collect()
            }
        }
    }

    fn proceed(
        &mut self,
        PageResult { refused, wait }: PageResult,
        now: Duration,
        fraction: f64,
    ) -> Vec<Delivery> {
        if !self.is_loading() {
            return Vec::new();
        }
        self.load_at = now.saturating_add(match wait {
            None => {
                self.backoff.reset();
                Duration::ZERO
            }
            Some(Wait::Unavailable) => self.backoff.next_delay(fraction),
            Some(Wait::Quota) => self.backoff.next_delay(fraction) + QUOTA_WAIT,
        });
        let mut deliveries: Vec<_> = refused.into_iter().flat_map(|refused| self.refuse(refused)).collect();
        deliveries.extend(self.finish());
        deliveries
    }

    /// Loads a new snapshot. The application keeps the items until then.
    fn restart(&mut self) -> Vec<Delivery> {
        if self.subjects.is_empty() {
            return Vec::new();
        }
        self.load = SnapshotLoad::new(&self.subjects);
        self.load_at = Duration::ZERO;
        let was_live = std::mem::take(&mut self.is_live);
        was_live.then_some(CollectionDelivery::Stale.into()).into_iter().collect()
    }

    /// Reports it once. The items of other subjects stay.
    fn refuse(&mut self, refused: Refused) -> Vec<Delivery> {
        let Some(at) = self.subjects.iter().position(|subject| *subject == refused.subject) else {
            return Vec::new();
        };
        self.subjects.remove(at);
        self.load.refuse(&refused.subject);
        let has = has(&self.subjects);
        let removed = self.items.retain(has).into_iter();
        let mut deliveries = vec![Delivery::Refused(refused)];
        deliveries.extend(removed.map(|subject| CollectionDelivery::Changed { subject, entry: None }.into()));
        deliveries.extend(self.subjects.is_empty().then_some(CollectionDelivery::Refused.into()));
        deliveries.extend(self.finish());
        deliveries
    }

    fn update(&mut self, update: Update) -> Option<Delivery> {
        if !has(&self.subjects)(update.subject()) {
            return None;
        }
        if self.is_loading() {
            self.load.keep(update);
            return None;
        }
        let is_changed = self.items.apply(&update);
        let subject = update.subject().to_owned();
        is_changed.then_some(CollectionDelivery::Changed { subject, entry: update.entry }.into())
    }

    /// Shows the snapshot if it is complete.
    fn finish(&mut self) -> Option<Delivery> {
        if !self.is_loading() || !self.load.is_complete() {
            return None;
        }
        let load = std::mem::take(&mut self.load);
        self.load_at = NEVER;
        if self.subjects.is_empty() {
            return None;
        }
        let unnamed = load.unnamed;
        self.items = load.finish();
        self.items.retain(has(&self.subjects));
        self.is_live = true;
        Some(CollectionDelivery::Snapshot { items: self.items.entries(), unnamed }.into())
    }

    fn is_loading(&self) -> bool {
        self.load_at < NEVER
    }
}

/// Returns a function that returns whether one of the subjects matches.
fn has(subjects: &[String]) -> impl Fn(&str) -> bool + use<> {
    let patterns: Vec<_> = subjects.iter().filter_map(|subject| Pattern::parse(subject).ok()).collect();
    move |text| Subject::parse(text).is_ok_and(|subject| patterns.iter().any(|one| one.matches(&subject)))
}
