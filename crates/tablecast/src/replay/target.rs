use std::error::Error;

use tablecast_aws::now_in_milliseconds;
use tablecast_bus::Bus;
use tablecast_event_log::LoggedEvent;
use tablecast_protocol::{Position, rfc3339};

use super::arguments::Arguments;
use super::bus::BusReplay;
use super::stdout;

/// Where replayed events go.
pub struct Target {
    kind: Kind,
    sent: usize,
    last: Option<Position>,
}

enum Kind {
    Stdout,
    Bus(BusReplay),
}

impl Target {
    pub fn of(arguments: &Arguments, bus: Bus) -> Self {
        let kind = match arguments.to_bus {
            false => Kind::Stdout,
            true => Kind::Bus(BusReplay { bus, pipe: arguments.pipe.clone(), name: name(arguments) }),
        };
        Self { kind, sent: 0, last: arguments.after }
    }

    pub async fn send(&mut self, events: &[LoggedEvent]) -> Result<(), Box<dyn Error>> {
        match &self.kind {
            Kind::Stdout => stdout::print(events)?,
            Kind::Bus(replay) => replay.publish(events, self.last).await?,
        }
        self.sent += events.len();
        self.last = events.last().map(|event| event.position).or(self.last);
        Ok(())
    }

    pub fn summary(&self) -> String {
        match &self.kind {
            Kind::Stdout => format!("printed {} events", self.sent),
            Kind::Bus(BusReplay { name, .. }) => {
                format!("published {} events with \"replayed\":{name:?}", self.sent)
            }
        }
    }
}

fn name(arguments: &Arguments) -> String {
    arguments.replay.clone().unwrap_or_else(|| rfc3339(now_in_milliseconds()))
}
