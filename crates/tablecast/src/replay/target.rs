use std::error::Error;

use tablecast_aws::now_in_milliseconds;
use tablecast_doctor::BusError;
use tablecast_event_log::LoggedEvent;
use tablecast_protocol::rfc3339;

use super::arguments::Arguments;
use super::bus::BusReplay;
use super::checkpoint::Checkpoint;
use crate::deployment::Deployment;
use crate::lines;

/// Where replayed events go.
pub struct Target {
    kind: Kind,
    sent: usize,
}

enum Kind {
    Stdout,
    Bus(BusReplay),
}

impl Target {
    pub async fn open(arguments: &Arguments, deployment: &Deployment) -> Result<Self, BusError> {
        if !arguments.to_bus {
            return Ok(Self { kind: Kind::Stdout, sent: 0 });
        }
        let bus = deployment.bus(deployment.bus_name().await?);
        Ok(Self { kind: Kind::Bus(BusReplay::of(arguments, bus, name(arguments))), sent: 0 })
    }

    /// Sends events of one channel. `before` is where these events begin.
    pub async fn send(&mut self, events: &[LoggedEvent], before: &Checkpoint) -> Result<(), Box<dyn Error>> {
        match &self.kind {
            Kind::Stdout => lines::print(events.iter().map(|event| event.text.as_str()))?,
            Kind::Bus(replay) => replay.publish(events, before).await?,
        }
        self.sent += events.len();
        Ok(())
    }

    pub fn summary(&self) -> String {
        match &self.kind {
            Kind::Stdout => format!("printed {} events", self.sent),
            Kind::Bus(replay) => {
                format!("published {} events with \"replayed\":{:?}", self.sent, replay.name())
            }
        }
    }
}

fn name(arguments: &Arguments) -> String {
    arguments.replay.clone().unwrap_or_else(|| rfc3339(now_in_milliseconds()))
}
