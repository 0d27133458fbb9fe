//! `tablecast` without a command, as a program. The tests in `tests/` cover its behaviour while it runs.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod access;
mod errors;
mod hints;
mod program;
mod start_and_stop;
