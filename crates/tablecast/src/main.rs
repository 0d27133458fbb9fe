//! The command line of tablecast.
//!
//! # Layout
//! One file or folder for each command, with its arguments and a `run` function:
//! - `local`: without a command, runs everything on this machine
//! - `tail`: shows events as they arrive
//! - `check`: checks pipe files and schemas
//! - `new`: writes a first pipe file for a table
//! - `publish`: writes a catalogue, an AsyncAPI document and the schemas
//! - `package`: builds the functions for AWS Lambda
//! - `pipes`: serves the API of EventBridge Pipes
//! - `replay`: prints or publishes events of a pipe's log again
//! - `token`: creates a token for the local mode
//!
//! Parts that several commands use:
//! - `definitions`: `--pipes` and `--schemas`, and the files in these folders
//! - `duration`: durations such as `12h`
//! - `local_mode`: a local mode that runs on this machine
//! - `logging`: log lines on stderr; `output`: lines on stdout
//! - `shutdown`: Ctrl-C and SIGTERM
//! - `cargo`: runs Cargo inside `cargo run`

mod cargo;
mod check;
mod definitions;
mod duration;
mod local;
mod local_mode;
mod logging;
mod new;
mod output;
mod package;
mod pipes;
mod publish;
mod replay;
mod shutdown;
mod tail;
#[cfg(test)]
mod tests;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Turn DynamoDB item changes into typed events for WebSocket clients and EventBridge
///
/// Without a command, tablecast runs everything on this machine: DynamoDB, the functions, the gateway and the
/// bus. docs/reference/cli.md describes all commands.
#[derive(Debug, Parser)]
#[command(name = "tablecast", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    local: local::Arguments,
}

/// All commands. Each one has its help text at its `Arguments`.
#[derive(Debug, Subcommand)]
enum Command {
    Tail(tail::Arguments),
    Check(check::Arguments),
    New(new::Arguments),
    Publish(publish::Arguments),
    Package(package::Arguments),
    Pipes(pipes::Arguments),
    Replay(replay::Arguments),
    Token(token::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        None => local::run(cli.local).await,
        Some(Command::Tail(arguments)) => tail::run(arguments).await,
        Some(Command::Check(arguments)) => return check::run(&arguments),
        Some(Command::New(arguments)) => new::run(arguments).await,
        Some(Command::Publish(arguments)) => publish::run(&arguments),
        Some(Command::Package(arguments)) => package::run(&arguments),
        Some(Command::Pipes(arguments)) => pipes::run(arguments).await,
        Some(Command::Replay(arguments)) => replay::run(arguments).await,
        Some(Command::Token(arguments)) => token::run(arguments).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(format_args!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}
