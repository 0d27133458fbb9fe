//! The command line: `tablecast` runs everything on this machine, `tablecast tail` shows events, `tablecast token`
//! makes a token to connect with, `tablecast check` finds what is wrong with pipe files and schemas, `tablecast publish`
//! writes what others are to know of them, `tablecast package` builds what is deployed, `tablecast pipes` serves the API
//! of EventBridge Pipes.

mod arguments;
mod cargo;
mod check;
mod local;
mod log;
mod package;
mod pipes;
mod publish;
mod stop;
mod tail;
mod token;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match arguments.command {
        None => local::run(arguments.local).await,
        Some(Command::Check(arguments)) => return check::run(&arguments),
        Some(Command::Tail(tail)) => tail::run(tail).await,
        Some(Command::Package(arguments)) => package::run(&arguments),
        Some(Command::Pipes(pipes)) => pipes::run(pipes).await,
        Some(Command::Publish(arguments)) => publish::run(&arguments),
        Some(Command::Token(token)) => token::run(token),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
