//! Events on stdout or in a file, one on each line.

use std::error::Error;
use std::io::{BufWriter, Write, stdout};

use crate::output::is_closed;

/// Nobody reads stdout, as after `| head`.
#[derive(Debug, thiserror::Error)]
#[error("stdout is closed")]
pub struct OutputClosed;

/// Prints one event on each line.
pub fn print<'t>(events: impl Iterator<Item = &'t str>) -> Result<(), Box<dyn Error>> {
    let written = write(&mut stdout().lock(), events);
    if is_closed(&written) { Err(OutputClosed.into()) } else { Ok(written?) }
}

pub fn write<'t>(output: &mut impl Write, mut events: impl Iterator<Item = &'t str>) -> std::io::Result<()> {
    let mut output = BufWriter::new(output);
    events.try_for_each(|event| writeln!(output, "{event}"))?;
    output.flush()
}
