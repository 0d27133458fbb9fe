//! Everything on this machine, until Ctrl-C.

mod binaries;
#[cfg(unix)]
mod open_files;
mod ready;

use std::error::Error;
use std::io;
use std::pin::pin;

use tablecast_local::machine::Machine;
use tablecast_local::{Auth, Options};
use tokio::signal::ctrl_c;
use tracing::{info, warn};

use crate::arguments::{AuthMode, LocalArguments};
use crate::log;

pub async fn run(arguments: LocalArguments) -> Result<(), Box<dyn Error>> {
    log::start(arguments.log_level);
    #[cfg(unix)]
    open_files::allow_many();
    let json = arguments.json;
    let options = options(arguments)?;
    // One from the start to the end: between two of them a signal would be lost.
    let mut stopped = pin!(stop_signal());
    let machine = tokio::select! {
        machine = Machine::start(&options) => machine?,
        stopped = &mut stopped => return Ok(stopped?),
    };
    ready::announce(&machine, &options, json);
    stopped.await?;
    info!("stopping; once more Ctrl-C ends at once");
    tokio::select! {
        () = machine.stop() => info!("stopped"),
        _ = stop_signal() => warn!("ended before everything had stopped"),
    }
    Ok(())
}

fn options(arguments: LocalArguments) -> Result<Options, Box<dyn Error>> {
    let auth = auth(arguments.auth, arguments.origins)?;
    let functions = match arguments.functions {
        Some(folder) => folder,
        None => binaries::beside_this_program()?,
    };
    Ok(Options {
        data: arguments.data,
        port: arguments.port,
        dynamodb_port: arguments.dynamodb_port,
        pipes: arguments.pipes,
        schemas: arguments.schemas,
        functions,
        auth,
        log_level: arguments.log_level.to_string(),
        test_clock: arguments.test_clock,
    })
}

fn auth(mode: AuthMode, origins: Vec<String>) -> Result<Auth, Box<dyn Error>> {
    match mode {
        AuthMode::Jwt => Ok(Auth::Jwt { origins }),
        AuthMode::None if origins.is_empty() => Ok(Auth::None),
        AuthMode::None => {
            Err("--origin means nothing with --auth none: pages of this machine may connect".into())
        }
    }
}

#[cfg(unix)]
async fn stop_signal() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> io::Result<()> {
    ctrl_c().await
}
