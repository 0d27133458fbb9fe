use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use tablecast_client::Gap;
use tablecast_client::machine::{Delivery, Positions, Progress, SubscriptionId, SubscriptionState};

use super::server::{Server, WIDE, is_wanted};

/// A delivery, and the ends of the logs when the client received it.
pub struct Queued {
    pub delivery: Delivery,
    pub log_ends: Rc<BTreeMap<String, u64>>,
}

/// An application with one subscription and a store. It records the events that it received.
#[derive(Default)]
pub struct App {
    pub subjects: Vec<String>,
    pub types: BTreeSet<String>,
    /// The ids since each start of the process.
    received: Vec<Vec<usize>>,
    pub gaps: Vec<Gap>,
    /// The subscription, unless it is paused.
    pub active: Option<SubscriptionId>,
    /// The subscription to continue with after the queue is empty.
    pub paused: Option<SubscriptionState>,
    pub queue: VecDeque<Queued>,
    pub saved: Option<String>,
    progress: Progress,
    /// By source, the offset up to which events may be missing: before the first confirmation, or a reported gap.
    missing: BTreeMap<String, u64>,
    has_started: bool,
    /// The sources with a gap that was reported, until the start that follows.
    open_gaps: BTreeSet<String>,
}

impl App {
    pub fn new(subjects: &[&str], types: &[&str]) -> Self {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        Self {
            subjects: owned(subjects),
            types: owned(types).into_iter().collect(),
            received: vec![Vec::new()],
            ..Self::default()
        }
    }

    pub fn is_wide(&self) -> bool {
        self.subjects.iter().any(|subject| subject == "*")
    }

    /// Loses everything but the saved progress.
    pub fn reload(&mut self) {
        self.queue.clear();
        self.paused = None;
        self.open_gaps.clear();
        // A wide subscription cannot recognize the events of the process before.
        if self.is_wide() {
            self.received.push(Vec::new());
        }
        self.progress = Progress::restore(self.saved.as_deref().unwrap_or_default());
    }

    /// Handles the next delivery, and saves the progress.
    pub fn read(&mut self) {
        let Queued { delivery, log_ends } = self.queue.pop_front().unwrap();
        match &delivery {
            Delivery::Event(event) => self.received.last_mut().unwrap().push(event.id().parse().unwrap()),
            Delivery::Gap(gap) => {
                self.gaps.push(gap.clone());
                self.open_gaps.insert(gap.source.clone());
            }
            Delivery::Start(positions) => self.started(positions, &log_ends),
            Delivery::Advance(_) | Delivery::Sources(_) => {}
            other => panic!("not expected: {other:?}"),
        }
        self.progress.add(&delivery);
        self.saved = Some(self.progress.text());
    }

    /// After the first confirmation, only a reported gap may lose events.
    fn started(&mut self, positions: &Positions, log_ends: &BTreeMap<String, u64>) {
        for (source, position) in positions {
            if self.has_started && !self.open_gaps.remove(source) {
                continue;
            }
            let own = BTreeMap::from([(source.clone(), position.offset)]);
            for (name, end) in if source == WIDE { log_ends } else { &own } {
                let missing = self.missing.entry(name.clone()).or_default();
                *missing = (*missing).max(*end);
            }
        }
        self.has_started = true;
    }

    /// The ids of the events that the application must have received.
    pub fn expected(&self, server: &Server) -> Vec<usize> {
        let is_due = |source: &String, offset| offset > self.missing.get(source).copied().unwrap_or_default();
        let due = server.events.iter().filter(|logged| is_due(&logged.source, logged.offset));
        let wanted = due.filter(|logged| is_wanted(logged, &self.subjects, &self.types));
        wanted.map(|logged| logged.id).collect()
    }

    pub fn ids(&self) -> BTreeSet<usize> {
        self.received.iter().flatten().copied().collect()
    }

    /// Each event arrived once, and the events of each item in the order of the log.
    pub fn assert_in_order(&self, server: &Server) {
        for received in &self.received {
            let mut items = BTreeMap::<_, Vec<_>>::new();
            received.iter().for_each(|id| items.entry(server.events[*id].item()).or_default().push(id));
            for (item, own) in items {
                assert!(own.is_sorted_by(|one, next| one < next), "{:?} {item}: {own:?}", self.subjects);
            }
        }
    }
}
