//! Text on stdout and stderr. Unlike `println!`, it does not panic when nobody reads it, as after `| head`.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write, stderr, stdout};

/// Prints a text. Succeeds if nobody reads stdout.
pub fn text(text: &str) -> io::Result<()> {
    let mut output = stdout().lock();
    let written = output.write_all(text.as_bytes()).and_then(|()| output.flush());
    if is_closed(&written) { Ok(()) } else { written }
}

/// Prints a line. Succeeds if nobody reads stdout.
pub fn line(line: impl Display) -> io::Result<()> {
    text(&format!("{line}\n"))
}

/// Prints a line on stderr, as far as anybody reads it.
pub fn note(line: impl Display) {
    let _ = writeln!(stderr().lock(), "{line}");
}

/// Returns whether nobody reads the output.
pub fn is_closed(result: &io::Result<()>) -> bool {
    result.as_ref().is_err_and(|error| error.kind() == ErrorKind::BrokenPipe)
}
