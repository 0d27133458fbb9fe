use std::error::Error;
use std::io::{BufWriter, Write, stdout};

use tablecast_event_log::LoggedEvent;

use crate::output::is_closed;

/// Nobody reads stdout, as after `| head`.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub struct OutputClosed;

/// Prints one event on each line, as it is in the log.
pub fn print(events: &[LoggedEvent]) -> Result<(), Box<dyn Error>> {
    let mut output = BufWriter::new(stdout().lock());
    let written = events.iter().try_for_each(|event| writeln!(output, "{}", event.text));
    let written = written.and_then(|()| output.flush());
    if is_closed(&written) { Err(OutputClosed.into()) } else { Ok(written?) }
}
