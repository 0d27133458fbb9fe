//! Passes rejected records and dead letters through the functions again. `tablecast_redrive` does the work.
//!
//! # Layout
//! - `arguments`: the options
//! - `place`: the functions, tables and queues of a deployment or of the local mode
//! - `printer`: the report on stdout, and the progress on stderr

mod arguments;
mod place;
mod printer;

use std::error::Error;
use std::io::ErrorKind;
use std::process::ExitCode;

use tablecast_pipes::Lambda;
use tablecast_redrive::{Mode, Redrive, RedriveError, policy};
use tracing::Level;

use crate::shutdown::shutdown_signal;
use crate::{exit, logging, output};
use printer::Printer;

pub use arguments::Arguments;

pub async fn run(arguments: Arguments) -> ExitCode {
    logging::start(Level::WARN);
    if arguments.permissions {
        return exit::code(print_policy(&arguments));
    }
    tokio::select! {
        ended = redrive(&arguments) => exit::code(ended),
        _ = shutdown_signal() => {
            output::note("interrupted; nothing is lost: run the same command again");
            ExitCode::from(exit::FOUND)
        }
    }
}

fn print_policy(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let name = arguments.place.deployment.as_deref().unwrap_or("tablecast");
    output::line(serde_json::to_string_pretty(&policy(name))?)?;
    Ok(false)
}

/// Returns whether something stays.
async fn redrive(arguments: &Arguments) -> Result<bool, Box<dyn Error>> {
    let deployment = place::deployment(arguments).await?;
    arguments.check_pipes(&deployment)?;
    let invoke = Lambda::new(&deployment.lambda);
    let redrive = Redrive::new(deployment, invoke);
    let mut printer = Printer::new(arguments);
    let options = arguments.options();
    let summary = match (arguments.rebuild()?, arguments.mode()) {
        (Some(rebuild), mode) => redrive.rebuild(&rebuild, mode, &mut printer).await,
        (None, Mode::Redrive) => redrive.run(&arguments.selection(), options, &mut printer).await,
        (None, Mode::Show) => redrive.show(&arguments.selection(), options, &mut printer).await,
    };
    match summary {
        Err(RedriveError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        summary => {
            let summary = summary?;
            printer.end(&summary)?;
            Ok(summary.has_rest())
        }
    }
}
