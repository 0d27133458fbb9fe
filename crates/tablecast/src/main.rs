//! The command line. Without a command, `tablecast` runs everything on this machine; `tablecast --help` tells the others,
//! each of which is a module here.

mod arguments;
mod cargo;
mod check;
mod local;
mod log;
mod new;
mod package;
mod pipes;
mod publish;
mod replay;
mod stop;
mod tail;
mod token;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command, New};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let ended = match arguments.command {
        None => local::run(arguments.local).await,
        Some(Command::Check(arguments)) => return check::run(&arguments),
        Some(Command::Tail(tail)) => tail::run(tail).await,
        Some(Command::New(New::Pipe(arguments))) => new::run(arguments).await,
        Some(Command::Package(arguments)) => package::run(&arguments),
        Some(Command::Pipes(pipes)) => pipes::run(pipes).await,
        Some(Command::Publish(arguments)) => publish::run(&arguments),
        Some(Command::Replay(arguments)) => replay::run(arguments).await,
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
