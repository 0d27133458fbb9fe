//! Where the events go: stdout, a file, or the bus.

use std::error::Error;
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom};
use std::path::Path;

use tablecast_bus::Bus;
use tablecast_doctor::BusError;

use super::arguments::Arguments;
use super::checkpoint::{Checkpoint, State};
use crate::deployment::Deployment;
use crate::{bus_events, lines};

pub enum Target {
    Stdout,
    File(File),
    Bus(Bus),
}

/// Returns the name of the bus, if the events go there.
pub async fn bus_name(arguments: &Arguments, deployment: &Deployment) -> Result<Option<String>, BusError> {
    match arguments.to_bus {
        true => deployment.bus_name().await.map(Some),
        false => Ok(None),
    }
}

/// The name of the target in a checkpoint.
pub fn name(arguments: &Arguments, bus: Option<&str>) -> String {
    match (bus, &arguments.out) {
        (Some(bus), _) => format!("the bus {bus}"),
        (_, Some(file)) => file.display().to_string(),
        _ => "stdout".to_owned(),
    }
}

impl Target {
    pub fn open(arguments: &Arguments, bus: Option<Bus>, checkpoint: &Checkpoint) -> Result<Self, String> {
        Ok(match (bus, &arguments.out) {
            (Some(bus), _) => Self::Bus(bus),
            (_, Some(path)) => Self::File(open(path, checkpoint)?),
            _ => Self::Stdout,
        })
    }

    /// Sends the events of one page.
    pub async fn send(&mut self, events: &[String], state: &mut State) -> Result<(), Box<dyn Error>> {
        let texts = events.iter().map(String::as_str);
        match self {
            Self::Stdout => lines::print(texts),
            Self::File(file) => {
                lines::write(file, texts)?;
                state.written = file.stream_position()?;
                Ok(())
            }
            Self::Bus(bus) => match bus_events::publish(bus, &state.job.pipe, events).await?.len() {
                0 => Ok(()),
                failed => Err(format!(
                    "{failed} of {} events are not on the bus; the log lines above have the reasons",
                    events.len()
                )
                .into()),
            },
        }
    }
}

/// A backfill that continues removes the lines that its checkpoint does not count.
fn open(path: &Path, checkpoint: &Checkpoint) -> Result<File, String> {
    let failure = |error| format!("{}: {error}", path.display());
    if !checkpoint.is_continued {
        let created = File::create_new(path);
        return created.map_err(|error| failure(format!("cannot create: {error}; name a new file")));
    }
    let opened = OpenOptions::new().write(true).open(path).and_then(|mut file| {
        file.set_len(checkpoint.state.written)?;
        file.seek(SeekFrom::End(0))?;
        Ok(file)
    });
    opened.map_err(|error| failure(format!("cannot continue: {error}")))
}
