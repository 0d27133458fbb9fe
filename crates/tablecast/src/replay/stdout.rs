use std::error::Error;
use std::io::{self, BufWriter, Write, stdout};

use tablecast_event_log::LoggedEvent;

/// Nobody reads stdout, as after `| head`.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub struct OutputClosed;

/// Prints one event on each line, as it is in the log.
pub fn print(events: &[LoggedEvent]) -> Result<(), Box<dyn Error>> {
    let mut output = BufWriter::new(stdout().lock());
    let written = events.iter().try_for_each(|event| writeln!(output, "{}", event.text));
    match written.and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Err(OutputClosed.into()),
        result => Ok(result?),
    }
}
