//! Runs everything on this machine, until Ctrl-C.
//!
//! # Layout
//! - `arguments`: the options; `origin`: the values of `--origin`
//! - `binaries`: finds the function binaries, and builds them inside `cargo run`
//! - `open_files`: raises the limit of open files
//! - `ready`: prints the addresses; `commands`: the commands to try

mod arguments;
mod binaries;
mod commands;
#[cfg(unix)]
mod open_files;
mod origin;
mod ready;

use std::error::Error;
use std::pin::pin;
use std::time::Instant;

use tablecast_local::machine::Machine;
use tracing::{info, warn};

use crate::logging;
use crate::shutdown::shutdown_signal;
pub use arguments::Arguments;
pub use commands::program;

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    logging::start(arguments.log_level);
    #[cfg(unix)]
    open_files::raise_limit();
    let json = arguments.json;
    let options = arguments.options()?;
    let start = Instant::now();
    // One future from start to end: a signal between two futures would be lost.
    let mut shutdown = pin!(shutdown_signal());
    let mut machine = tokio::select! {
        machine = Machine::start(&options) => machine?,
        interrupted = &mut shutdown => return Ok(interrupted?),
    };
    ready::announce(&machine, &options, json, start.elapsed());
    tokio::select! {
        () = machine.follow_edits() => {}
        interrupted = &mut shutdown => interrupted?,
    }
    stop(machine).await;
    Ok(())
}

async fn stop(machine: Machine) {
    info!("stopping; press Ctrl-C again to exit at once");
    tokio::select! {
        () = machine.stop() => info!("stopped"),
        _ = shutdown_signal() => warn!("exited before everything stopped"),
    }
}
