use std::error::Error;
use std::time::Duration;

use tablecast_bus::{Bus, DateTime, DateTimeFormat, Entry};
use tablecast_event_log::LoggedEvent;
use tablecast_protocol::event::EventHead;
use tablecast_protocol::{Position, with_replay};
use tokio::time::Instant;

/// Enough time to publish one page of the log with all retries.
const TIMEOUT: Duration = Duration::from_secs(60);

#[derive(Debug, thiserror::Error)]
#[error(
    "{failed} of {offered} events are not on the bus; the log lines above have the reasons. To continue, run the same \
     command with --replay {replay}{after}"
)]
struct NotPublished {
    failed: usize,
    offered: usize,
    replay: String,
    /// ` --after <position>` if an event was published before.
    after: String,
}

/// Publishes events on the bus again, with the name of this replay.
pub struct BusReplay {
    pub bus: Bus,
    pub pipe: String,
    pub name: String,
}

impl BusReplay {
    /// `last` is the last event that was published before.
    pub async fn publish(
        &self,
        events: &[LoggedEvent],
        last: Option<Position>,
    ) -> Result<(), Box<dyn Error>> {
        let texts: Vec<String> = events.iter().map(|event| with_replay(&event.text, &self.name)).collect();
        let heads = texts.iter().map(|text| EventHead::parse(text)).collect::<Result<Vec<_>, _>>()?;
        let entries = heads.iter().zip(&texts).map(|(head, text)| entry(&self.pipe, head, text));
        let entries = entries.collect::<Result<Vec<_>, _>>()?;
        let failed = self.bus.publish(&entries, Instant::now() + TIMEOUT).await.failed;
        match failed.first() {
            None => Ok(()),
            Some(first) => Err(self.not_published(failed.len(), *first, events, last).into()),
        }
    }

    fn not_published(
        &self,
        failed: usize,
        first: usize,
        events: &[LoggedEvent],
        last: Option<Position>,
    ) -> NotPublished {
        let before = first.checked_sub(1).map(|index| events[index].position).or(last);
        let after = before.map(|position| format!(" --after {position}")).unwrap_or_default();
        NotPublished { failed, offered: events.len(), replay: self.name.clone(), after }
    }
}

fn entry<'e>(pipe: &'e str, head: &'e EventHead<'_>, text: &'e str) -> Result<Entry<'e>, Box<dyn Error>> {
    let time = DateTime::from_str(&head.time, DateTimeFormat::DateTimeWithOffset)?;
    Ok(Entry { id: &head.id, pipe, event_type: &head.event_type, time, text })
}
