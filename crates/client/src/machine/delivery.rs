use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use super::entry::Entry;
use crate::wire::control::Positions;
use crate::wire::event::Event;

/// An item that a subscription receives, in order. The three about positions do not reach the application.
#[derive(Debug, Clone)]
pub enum Delivery {
    Event(Arc<Event>),
    /// The event is older than one of its subject that was sent before. It is no news.
    Late(Arc<Event>),
    Gap(Gap),
    Invalid(Invalid),
    Refused(Refused),
    /// The subscription starts at these positions.
    Start(Positions),
    /// Every matching event up to these positions was delivered.
    Advance(Positions),
    /// The subscription has these sources. The positions of others have no use any more.
    Sources(BTreeSet<String>),
    Collection(CollectionDelivery),
}

/// A change of a collection.
#[derive(Debug, Clone)]
pub enum CollectionDelivery {
    /// A snapshot replaces all items.
    Snapshot {
        items: BTreeMap<String, Entry>,
        /// The number of items that the server cannot send and did not name.
        unnamed: u64,
    },
    /// An item changed, or was removed.
    Changed { subject: String, entry: Option<Entry> },
    /// Changes may be missing until the next snapshot.
    Stale,
    /// The server refuses every subject.
    Refused,
}

/// Events may be missing at this point. Fetch the current state, then continue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// For example `tablecast/orders/acme`, or `tablecast/orders/*` if the subscription is wider than a channel.
    pub source: String,
    /// `trimmed`, `epoch-changed`, `too-much`, `too-wide`, `quota-exceeded` or `position-unknown`.
    pub reason: String,
}

/// An event does not match its schema.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{} {} does not match its schema: {detail}", event.event_type(), event.id())]
pub struct Invalid {
    pub event: Arc<Event>,
    pub detail: String,
}

/// The server does not grant a subscription to this subject.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server refused the subscription to {subject}: {reason}")]
pub struct Refused {
    pub subject: String,
    pub reason: String,
}

impl Delivery {
    /// The source of a gap.
    pub(super) fn gap(&self) -> Option<&str> {
        match self {
            Self::Gap(gap) => Some(&gap.source),
            _ => None,
        }
    }
}

impl From<CollectionDelivery> for Delivery {
    fn from(change: CollectionDelivery) -> Self {
        Self::Collection(change)
    }
}

impl fmt::Display for Gap {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, reason } = self;
        write!(out, "events from {source} may be missing ({reason}): fetch the current state, then continue")
    }
}
