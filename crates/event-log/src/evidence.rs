//! Decides, from items of a log, which events are late.

use std::collections::HashMap;

use crate::batch::BatchId;
use crate::change::{Change, Head};
use crate::damage::DamagedItem;
use crate::incoming::IncomingEvent;
use crate::item::Item;

/// The later changes of a log, for events that are to be appended.
#[derive(Debug)]
pub(crate) struct Evidence<'s, 'e> {
    suspects: Vec<Suspect<'s, 'e>>,
    /// The indexes of the suspects of each subject.
    by_subject: HashMap<String, Vec<usize>>,
    /// For each item, the attempts at its batch.
    attempts: Vec<Vec<BatchId>>,
    /// The batches of the items after the last damaged one.
    batches: Vec<BatchId>,
    has_damaged: bool,
}

#[derive(Debug)]
struct Suspect<'s, 'e> {
    event: &'s mut IncomingEvent<'e>,
    /// The indexes of the `attempts` that appended a later change of the subject.
    later: Vec<usize>,
    has_late_copy: bool,
}

impl<'s, 'e> Evidence<'s, 'e> {
    pub fn new(events: Vec<&'s mut IncomingEvent<'e>>) -> Self {
        let mut by_subject: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, event) in events.iter().enumerate() {
            let subject = event.change.as_ref().map(|change| change.subject.to_string());
            by_subject.entry(subject.unwrap_or_default()).or_default().push(index);
        }
        let suspect = |event: &'s mut IncomingEvent<'e>| {
            event.copies.get_or_insert_default();
            Suspect { event, later: Vec::new(), has_late_copy: false }
        };
        let suspects = events.into_iter().map(suspect).collect();
        Self { suspects, by_subject, attempts: Vec::new(), batches: Vec::new(), has_damaged: false }
    }

    /// The time of the oldest suspect. No item with older events matters.
    pub fn oldest(&self) -> i64 {
        let changes = self.suspects.iter().filter_map(|suspect| suspect.event.change.as_ref());
        changes.map(|change| change.time).min().unwrap_or_default()
    }

    /// Adds an earlier item of the same pipe. Other pipes have other streams, whose sequences do not compare.
    pub fn add(&mut self, item: &Item) -> Result<(), DamagedItem> {
        let attempts = item.attempts().map(|attempts| {
            self.attempts.push(attempts);
            self.attempts.len() - 1
        });
        if !self.has_damaged {
            self.batches.push(item.batch());
        }
        for (_, text) in item.events()? {
            let head = Head::parse(&text).map_err(|error| item.damaged(error.to_string()))?;
            let (id, late) = (head.id.to_string(), head.late);
            let Some(change) = head.change() else { continue };
            for index in self.by_subject.get(&*change.subject).into_iter().flatten() {
                self.suspects[*index].add((&id, late, &change), item.batch(), attempts);
            }
        }
        Ok(())
    }

    /// Adds an earlier item that cannot be read.
    pub fn add_damaged(&mut self) {
        self.has_damaged = true;
    }

    /// Marks the late events. The others are undecided if the items do not reach back to their time.
    pub fn decide(self, is_complete: bool) {
        let Self { suspects, attempts, batches, .. } = self;
        // A writer's earlier batch shows that no item of the later one is missing.
        let is_read = |batch: &BatchId| batches.iter().any(|earlier| earlier.is_before(*batch));
        for suspect in suspects {
            suspect.event.undecided |= !is_complete;
            let is_complete = !suspect.event.undecided;
            suspect.event.late |= suspect.is_late(&attempts, |batch| is_complete || is_read(batch));
        }
    }
}

impl Suspect<'_, '_> {
    fn add(
        &mut self,
        (id, late, change): (&str, bool, &Change<'_>),
        batch: BatchId,
        attempts: Option<usize>,
    ) {
        if id == self.event.new_event.id {
            self.event.copies.get_or_insert_default().push(batch);
            self.has_late_copy |= late;
        } else if self.event.change.as_ref().is_some_and(|own| own.is_before(change)) {
            self.later.extend(attempts);
        }
    }

    /// A batch that failed after its append is sent again with all of its events, so that its own later events do
    /// not make the earlier ones late. Its attempts can each have appended a part of it. An item that was not read
    /// could have the copy.
    fn is_late(&self, attempts: &[Vec<BatchId>], is_whole: impl Fn(&BatchId) -> bool) -> bool {
        let copies = self.event.copies.as_deref().unwrap_or_default();
        let is_other = |batch: &BatchId| !copies.contains(batch) && is_whole(batch);
        self.has_late_copy || self.later.iter().any(|index| attempts[*index].iter().all(is_other))
    }
}
