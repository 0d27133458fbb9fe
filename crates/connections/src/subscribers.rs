use std::time::Duration;

use tablecast_aws::StorageError;
use tablecast_protocol::subject::Pattern;

use crate::connections::Connections;
use crate::damaged::DamagedItem;
use crate::fan_out::{CHANNEL, Run, source_of};
use crate::fields::{Fields, text_of};
use crate::item::{Item, subscription_key};
use crate::model::Subscriber;
use crate::paging::Paging;

/// Items of one page of a look-up. A channel that is fanned out can have thousands of subscribers, which each batch
/// would read: a page of 250 costs about 11 read units, and one of 1 MB 256.
const LOOK_UP: Paging = Paging { items: Some(250), pause: Duration::ZERO };

/// A read of all subscribers leaves most of the partition's 3,000 read units a second to the look-ups of `dispatch`. A
/// page costs about 22 of them.
const ALL: Paging = Paging { items: Some(500), pause: Duration::from_millis(20) };

/// The subscribers of a pattern, as far as `dispatch` needs them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookUp {
    /// Every subscriber.
    All(Vec<Subscriber>),
    /// There are more subscribers than the limit.
    TooMany,
    /// The pattern is that of a channel that `fanout` pushes.
    Run(Run),
}

impl Connections {
    /// Returns the connections that subscribed to exactly this pattern. The cost depends on their number
    /// alone.
    ///
    /// Some may have ended already, because DynamoDB deletes expired items late.
    pub async fn subscribers(&self, pattern: &Pattern) -> Result<Vec<Subscriber>, StorageError> {
        let mut items = Vec::new();
        self.visit(subscription_key(pattern), ALL, |fields| {
            if !is_run(&fields) {
                items.push(fields);
            }
            true
        })
        .await?;
        self.read_subscribers(items)
    }

    /// Like `subscribers`, but stops at a run of `fanout`, or after `limit` subscribers.
    pub async fn look_up(&self, pattern: &Pattern, limit: usize) -> Result<LookUp, StorageError> {
        let (source, mut items, mut run) = (source_of(pattern), Vec::new(), None);
        self.visit(subscription_key(pattern), LOOK_UP, |fields| {
            match is_run(&fields) {
                true => run = Some(Run::read(&source, &fields)),
                false => items.push(fields),
            }
            run.is_none() && items.len() <= limit
        })
        .await?;
        Ok(match run {
            Some(Ok(run)) => LookUp::Run(run),
            Some(Err(_)) => LookUp::Run(self.repaired(&source).await?),
            None if items.len() > limit => LookUp::TooMany,
            None => LookUp::All(self.read_subscribers(items)?),
        })
    }

    /// The run that replaces a damaged one.
    async fn repaired(&self, source: &str) -> Result<Run, StorageError> {
        let ended =
            || StorageError::contradictory(&self.table, format!("the fan-out of {source} has just ended"));
        self.run(source).await?.ok_or_else(ended)
    }

    fn read_subscribers(&self, items: Vec<Fields>) -> Result<Vec<Subscriber>, StorageError> {
        let read =
            |fields| Ok(self.read(fields)?.map_or_else(DamagedItem::into_subscriber, Item::into_subscriber));
        items.into_iter().filter_map(|fields| read(fields).transpose()).collect()
    }
}

fn is_run(fields: &Fields) -> bool {
    text_of(fields, "sk") == Some(CHANNEL)
}
