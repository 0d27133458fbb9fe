//! The command line of tablecast.
//!
//! # Layout
//! One file or folder for each command, with its arguments and a `run` function:
//! - `init`: writes a company's repository
//! - `local`: `dev`, and no command: runs everything on this machine
//! - `tail`: shows events as they arrive
//! - `check`: checks pipe files and schemas
//! - `new`: writes a first pipe file for a table
//! - `publish`: writes a catalogue, an AsyncAPI document and the schemas
//! - `package`: packages the functions for AWS Lambda
//! - `pipes`: serves the API of EventBridge Pipes
//! - `doctor`: finds what is wrong with a deployment; `status` is its short form
//! - `cost`: calculates what the pipe files cost in a month
//! - `replay`: prints or publishes events of a pipe's log again
//! - `redrive`: passes rejected records and dead letters through the functions again
//! - `backfill`: makes events of the items that are in a table
//! - `token`: creates a token for the local mode
//! - `completions`, `man`: write shell completions and manual pages
//!
//! Parts that several commands use:
//! - `deployment`: a deployment or the local mode; `bus_events`: events on its bus; `lines`: events on stdout
//! - `definitions`: `--pipes` and `--schemas`, and the files in these folders
//! - `duration`: durations such as `12h`; `timestamp`: the values of `--since` and `--until`
//! - `exit`: the exit codes of commands that find something; `format`: text or JSON
//! - `installation`: the files beside the program of a release
//! - `local_mode`: a local mode that runs on this machine
//! - `logging`: log lines on stderr; `output`: lines on stdout; `new_files`: files that must not exist yet
//! - `shutdown`: Ctrl-C and SIGTERM
//! - `cargo`: runs Cargo inside `cargo run`

mod backfill;
mod bus_events;
mod cargo;
mod check;
mod completions;
mod cost;
mod definitions;
mod deployment;
mod doctor;
mod duration;
mod exit;
mod format;
mod init;
mod installation;
mod lines;
mod local;
mod local_mode;
mod logging;
mod man;
mod new;
mod new_files;
mod output;
mod package;
mod pipes;
mod publish;
mod redrive;
mod replay;
mod shutdown;
mod tail;
#[cfg(test)]
mod tests;
mod timestamp;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Turn DynamoDB item changes into typed events for WebSocket clients and EventBridge
///
/// Without a command, tablecast does the same as `tablecast dev`. docs/reference/cli.md describes all commands.
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
    Init(init::Arguments),
    Dev(local::Arguments),
    Tail(tail::Arguments),
    Check(check::Arguments),
    New(new::Arguments),
    Publish(publish::Arguments),
    Package(package::Arguments),
    Pipes(pipes::Arguments),
    Doctor(doctor::Doctor),
    Status(doctor::Status),
    Cost(cost::Arguments),
    Replay(replay::Arguments),
    Redrive(redrive::Arguments),
    Backfill(backfill::Arguments),
    Token(token::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        None => local::run(cli.local).await,
        Some(Command::Init(arguments)) => init::run(arguments).await,
        Some(Command::Dev(arguments)) => local::run(arguments).await,
        Some(Command::Tail(arguments)) => tail::run(arguments).await,
        Some(Command::Check(arguments)) => return check::run(&arguments),
        Some(Command::New(arguments)) => new::run(arguments).await,
        Some(Command::Publish(arguments)) => publish::run(&arguments),
        Some(Command::Package(arguments)) => package::run(&arguments),
        Some(Command::Pipes(arguments)) => pipes::run(arguments).await,
        Some(Command::Doctor(arguments)) => return doctor::doctor(arguments).await,
        Some(Command::Status(arguments)) => return doctor::status(arguments).await,
        Some(Command::Cost(arguments)) => cost::run(&arguments),
        Some(Command::Replay(arguments)) => replay::run(arguments).await,
        Some(Command::Redrive(arguments)) => return redrive::run(arguments).await,
        Some(Command::Backfill(arguments)) => backfill::run(arguments).await,
        Some(Command::Token(arguments)) => token::run(arguments).await,
        Some(Command::Completions(arguments)) => completions::run(&arguments),
        Some(Command::Man(arguments)) => man::run(&arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::note(format_args!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}
