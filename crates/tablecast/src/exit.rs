//! The exit codes of commands that find something: 0 for nothing, 1 for something, 2 if they cannot run.

use std::error::Error;
use std::process::ExitCode;

use crate::output;

pub const FOUND: u8 = 1;
const CANNOT_RUN: u8 = 2;

/// The code of a command, which returns whether it found something. Prints an error.
pub fn code(has_findings: Result<bool, Box<dyn Error>>) -> ExitCode {
    match has_findings {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(FOUND),
        Err(error) => {
            output::note(format_args!("error: {error}"));
            ExitCode::from(CANNOT_RUN)
        }
    }
}
