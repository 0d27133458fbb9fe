//! The command line: `tablecast` runs everything on this machine, `tablecast tail` shows events, and
//! `tablecast token` makes a token to connect with.

mod arguments;
mod local;
mod log;
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
        Some(Command::Tail(tail)) => tail::run(tail).await,
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
