use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::mpsc::UnboundedSender;

use super::controllers::Command;
use super::queue::Queue;
use super::savers::Savers;
use super::subscription::Subscription;
use crate::machine::{Progress, SubscriptionConfig, SubscriptionState};
use crate::wire::filter::Filter;

/// A subscription that is not open yet.
#[must_use = "a subscription receives nothing before `open`"]
pub struct Subscribe {
    pub(super) number: u64,
    pub(super) savers: Arc<Savers>,
    pub(super) commands: UnboundedSender<Command>,
    pub(super) filter: Filter,
    pub(super) name: Option<String>,
    pub(super) bookmark: Option<String>,
    pub(super) newest_only: bool,
}

impl Subscribe {
    /// Receive only these event types.
    pub fn types<T: Into<String>>(mut self, types: impl IntoIterator<Item = T>) -> Self {
        self.filter.types = types.into_iter().map(Into::into).collect();
        self
    }

    /// The name of the progress in the store. Default: the subjects and types.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Where to resume. Default: the progress in the store.
    pub fn bookmark(mut self, bookmark: impl Into<String>) -> Self {
        self.bookmark = Some(bookmark.into());
        self
    }

    /// While the application is busy, keep only the newest waiting event of each subject.
    pub fn newest_only(mut self) -> Self {
        self.newest_only = true;
        self
    }

    /// Subscribes, now or as soon as there is a connection.
    pub fn open(self) -> Subscription {
        let Self { number, savers, commands, filter, name, bookmark, newest_only } = self;
        let name = name.unwrap_or_else(|| default_name(&filter));
        let (queue, saver) = savers.add(name, filter.subjects.len(), newest_only);
        let subscription =
            Subscription { number, queue: queue.clone(), savers: savers.clone(), commands: commands.clone() };
        let opening = Opening { number, queue, savers, commands, filter };
        match (bookmark, saver) {
            (None, Some(saver)) => {
                tokio::spawn(async move {
                    let progress = saver.load(&opening.queue).await;
                    opening.start(progress);
                });
            }
            (bookmark, _) => opening.start(bookmark),
        }
        subscription
    }
}

/// A subscription whose progress is being loaded.
struct Opening {
    number: u64,
    queue: Arc<Queue>,
    savers: Arc<Savers>,
    commands: UnboundedSender<Command>,
    filter: Filter,
}

impl Opening {
    fn start(self, progress: Option<String>) {
        let Self { number, queue, savers, commands, filter } = self;
        queue.start(Progress::restore(progress.as_deref().unwrap_or_default()));
        let state = SubscriptionState::new(SubscriptionConfig { filter, progress });
        let subscribe = Command::Subscribe { number, queue: queue.clone(), state: Box::new(state) };
        if commands.send(subscribe).is_err() {
            savers.close(&queue);
        }
    }
}

/// Does not depend on the order of the subjects, which a set has anew in each process.
fn default_name(filter: &Filter) -> String {
    let subjects: BTreeSet<&String> = filter.subjects.iter().collect();
    let parts = subjects.into_iter().chain(&filter.types);
    parts.map(String::as_str).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_subjects_and_types_does_not_change_the_default_name() {
        for (subjects, types) in [(["b", "a"], ["y", "x"]), (["a", "b"], ["x", "y"])] {
            assert_eq!(default_name(&Filter::new(subjects, types)), "a,b,x,y");
        }
    }
}
