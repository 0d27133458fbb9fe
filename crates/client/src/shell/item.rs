use std::sync::Arc;

use crate::machine::{Delivery, Gap, Invalid, Refused};
use crate::wire::event::Event;

/// An item of a subscription. Items arrive in order.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Item {
    Event(Arc<Event>),
    /// The event is older than one of its subject that was sent before, as after a repair. It is no news.
    Late(Arc<Event>),
    /// Events may be missing at this point.
    Gap(Gap),
    /// The server does not grant one of the subjects.
    Refused(Refused),
    /// An event does not match its schema.
    Invalid(Invalid),
    /// The store could not load or save. The subscription goes on.
    StoreFailed(String),
}

/// Why a subscription is not confirmed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    #[error(transparent)]
    Refused(Refused),
    #[error("the application closed the subscription")]
    Closed,
}

impl Item {
    /// None for a delivery that does not concern the application.
    pub(super) fn of(delivery: &Delivery) -> Option<Self> {
        Some(match delivery {
            Delivery::Event(event) => Self::Event(event.clone()),
            Delivery::Late(event) => Self::Late(event.clone()),
            Delivery::Gap(gap) => Self::Gap(gap.clone()),
            Delivery::Refused(refused) => Self::Refused(refused.clone()),
            Delivery::Invalid(invalid) => Self::Invalid(invalid.clone()),
            Delivery::Start(_) | Delivery::Advance(_) | Delivery::Sources(_) | Delivery::Collection(_) => {
                return None;
            }
        })
    }
}
