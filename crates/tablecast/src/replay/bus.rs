use std::error::Error;

use tablecast_bus::Bus;
use tablecast_event_log::LoggedEvent;
use tablecast_protocol::with_replay;

use super::arguments::Arguments;
use super::checkpoint::Checkpoint;
use crate::bus_events;

#[derive(Debug, thiserror::Error)]
#[error(
    "{failed} of {offered} events are not on the bus; the log lines above have the reasons. To continue, run the same \
     command with --replay {replay} {options}"
)]
struct NotPublished {
    failed: usize,
    offered: usize,
    replay: String,
    options: String,
}

/// Publishes events on the bus again, with the name of this replay.
pub struct BusReplay {
    bus: Bus,
    pipe: String,
    name: String,
    /// True if the command names the only channel.
    has_source: bool,
}

impl BusReplay {
    pub fn of(arguments: &Arguments, bus: Bus, name: String) -> Self {
        Self { bus, pipe: arguments.pipe.clone(), name, has_source: arguments.source.is_some() }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Publishes events of one channel. `before` is where these events begin.
    pub async fn publish(&self, events: &[LoggedEvent], before: &Checkpoint) -> Result<(), Box<dyn Error>> {
        let texts: Vec<String> = events.iter().map(|event| with_replay(&event.text, &self.name)).collect();
        let failed = bus_events::publish(&self.bus, &self.pipe, &texts).await?;
        match failed.first() {
            None => Ok(()),
            Some(first) => Err(self.not_published(failed.len(), *first, events, before).into()),
        }
    }

    fn not_published(
        &self,
        failed: usize,
        first: usize,
        events: &[LoggedEvent],
        before: &Checkpoint,
    ) -> NotPublished {
        let published = first.checked_sub(1).map(|index| events[index].position);
        let checkpoint = Checkpoint { source: before.source.clone(), after: published.or(before.after) };
        let options = options(&checkpoint, self.has_source);
        NotPublished { failed, offered: events.len(), replay: self.name.clone(), options }
    }
}

/// The options of a replay that continues.
fn options(checkpoint: &Checkpoint, has_source: bool) -> String {
    let Checkpoint { source, after } = checkpoint;
    match after {
        Some(position) if has_source => format!("--source {source} --after {position}"),
        None if has_source => format!("--source {source}"),
        _ => format!("--continue {checkpoint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_replay_continues_in_its_channel_and_then_in_the_others() {
        let start: Checkpoint = "tablecast/orders/acme".parse().unwrap();
        let later: Checkpoint = "tablecast/orders/acme@0000000000000001-7".parse().unwrap();
        for (checkpoint, has_source, expected) in [
            (&start, false, "--continue tablecast/orders/acme"),
            (&later, false, "--continue tablecast/orders/acme@0000000000000001-7"),
            (&start, true, "--source tablecast/orders/acme"),
            (&later, true, "--source tablecast/orders/acme --after 0000000000000001-7"),
        ] {
            assert_eq!(options(checkpoint, has_source), expected);
        }
    }
}
