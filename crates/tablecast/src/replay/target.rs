use std::error::Error;
use std::io::{self, BufWriter, Write, stdout};
use std::time::Duration;

use tablecast_bus::{Bus, DateTime, DateTimeFormat, Entry};
use tablecast_event_log::Placed;
use tablecast_protocol::event::Heading;
use tablecast_protocol::{Position, mark};
use tablecast_aws::now_in_milliseconds;
use tablecast_protocol::rfc3339;
use tokio::time::Instant;

use crate::arguments::ReplayArguments;

/// For the events of one step: longer than all its retries.
const PATIENCE: Duration = Duration::from_secs(60);

/// Nobody reads what is printed, as with `| head`.
#[derive(Debug, thiserror::Error)]
#[error("nobody reads the output")]
pub struct Unread;

#[derive(Debug, thiserror::Error)]
#[error(
    "{failed} of {offered} events did not reach the bus (the reason is above). To go on: the same again, with --replay {replay}{after}"
)]
struct NotPublished {
    failed: usize,
    offered: usize,
    replay: String,
    /// ` --after <position>`, once there is one.
    after: String,
}

/// Where replayed events go.
pub struct Target {
    kind: Kind,
    taken: usize,
    last: Option<Position>,
}

enum Kind {
    /// One a line, as they are in the log.
    Stdout,
    /// Marked with the replay's name.
    Bus { bus: Bus, pipe: String, replay: String },
}

impl Target {
    pub fn of(arguments: &ReplayArguments, bus: Bus) -> Self {
        let kind = match arguments.to_bus {
            false => Kind::Stdout,
            true => Kind::Bus { bus, pipe: arguments.pipe.clone(), replay: name(arguments) },
        };
        Self { kind, taken: 0, last: arguments.after }
    }

    pub async fn take(&mut self, events: &[Placed]) -> Result<(), Box<dyn Error>> {
        match &self.kind {
            Kind::Stdout => print(events)?,
            Kind::Bus { bus, pipe, replay } => publish(bus, pipe, replay, events, self.last).await?,
        }
        self.taken += events.len();
        self.last = events.last().map(|event| event.position).or(self.last);
        Ok(())
    }

    pub fn summary(&self) -> String {
        match &self.kind {
            Kind::Stdout => format!("events: {}", self.taken),
            Kind::Bus { replay, .. } => {
                format!("events on the bus again, with \"replayed\":{replay:?}: {}", self.taken)
            }
        }
    }
}

fn name(arguments: &ReplayArguments) -> String {
    let now = || rfc3339(now_in_milliseconds());
    arguments.replay.clone().unwrap_or_else(now)
}

fn print(events: &[Placed]) -> Result<(), Box<dyn Error>> {
    let mut output = BufWriter::new(stdout().lock());
    let written = events.iter().try_for_each(|event| writeln!(output, "{}", event.text));
    match written.and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(Unread.into()),
        ended => Ok(ended?),
    }
}

async fn publish(
    bus: &Bus,
    pipe: &str,
    replay: &str,
    events: &[Placed],
    last: Option<Position>,
) -> Result<(), Box<dyn Error>> {
    let texts: Vec<String> = events.iter().map(|event| mark(&event.text, replay)).collect();
    let headings = texts.iter().map(|text| Heading::read(text)).collect::<Result<Vec<_>, _>>()?;
    let entries = headings.iter().zip(&texts).map(|(heading, text)| entry(pipe, heading, text));
    let entries = entries.collect::<Result<Vec<_>, _>>()?;
    let failed = bus.publish(&entries, Instant::now() + PATIENCE).await.failed;
    let Some(first) = failed.first() else { return Ok(()) };
    let before = first.checked_sub(1).map(|place| events[place].position).or(last);
    let after = before.map(|position| format!(" --after {position}")).unwrap_or_default();
    Err(NotPublished { failed: failed.len(), offered: events.len(), replay: replay.to_owned(), after }.into())
}

fn entry<'e>(pipe: &'e str, heading: &'e Heading<'_>, text: &'e str) -> Result<Entry<'e>, Box<dyn Error>> {
    let time = DateTime::from_str(&heading.time, DateTimeFormat::DateTimeWithOffset)?;
    Ok(Entry { id: &heading.id, pipe, event_type: &heading.event_type, time, text })
}
