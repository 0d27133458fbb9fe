//! What can be said on the command line.
//!
//! # Layout
//! - `running`: the machine, and the API of Pipes
//! - `defining`: pipe files and schemas, and what is made of them
//! - `listening`: events, and tokens to see them

mod defining;
mod listening;
mod running;

use clap::{Parser, Subcommand};

pub use defining::{CheckArguments, Format, New, NewPipeArguments, PackageArguments, PublishArguments};
pub use listening::{ReplayArguments, TailArguments, TokenArguments};
pub use running::{AuthMode, LocalArguments, PipesArguments};

/// Changes of DynamoDB items as typed events, for WebSocket clients and EventBridge.
///
/// Without a command it runs everything on this machine: DynamoDB, the functions, the gateway, the bus.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub local: LocalArguments,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show events as they come, until Ctrl-C
    Tail(TailArguments),
    /// Find what is wrong with pipe files and schemas, all of it, without running anything
    ///
    /// Ends with 0 when nothing is, with 1 when something is, and with 2 when it could not look.
    Check(CheckArguments),
    /// Begin something new: `new pipe <TABLE>` writes a first pipe file for a table
    #[command(subcommand)]
    New(New),
    /// Write an AsyncAPI document, the schemas and a catalogue of all events, to be hosted anywhere
    Publish(PublishArguments),
    /// Build every function for AWS Lambda and write a zip of each
    Package(PackageArguments),
    /// Serve the API of EventBridge Pipes and run its pipes, against AWS or an emulator of it
    ///
    /// Streams, functions and queues are where the SDKs' environment says: AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, ...
    Pipes(PipesArguments),
    /// Tell events of a pipe's log once more, to stdout or to the bus
    ///
    /// Of the local mode, unless --deployment names another.
    Replay(ReplayArguments),
    /// Make a token for the local mode, and print it
    Token(TokenArguments),
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split(' '))
    }

    #[test]
    fn without_a_command_everything_runs_on_the_usual_ports() {
        let arguments = parse("tablecast").unwrap();
        assert!(arguments.command.is_none());
        assert_eq!((arguments.local.port, arguments.local.dynamodb_port), (8787, 8000));
    }

    #[test]
    fn the_pipes_api_listens_on_the_loopback_and_assumes_roles() {
        let Some(Command::Pipes(pipes)) = parse("tablecast pipes").unwrap().command else { panic!() };
        assert_eq!((pipes.listen.to_string().as_str(), pipes.no_roles), ("127.0.0.1:4667", false));
    }

    #[test]
    fn tail_shows_everything_unless_told_what() {
        let patterns = |line| match parse(line).unwrap().command {
            Some(Command::Tail(tail)) => tail.patterns,
            _ => Vec::new(),
        };
        assert_eq!(patterns("tablecast tail"), ["*"]);
        assert_eq!(patterns("tablecast tail orders/* profiles/1"), ["orders/*", "profiles/1"]);
    }

    #[test]
    fn a_new_pipe_reads_a_hundred_items_or_a_file() {
        let of = |line| match parse(line).unwrap().command {
            Some(Command::New(New::Pipe(pipe))) => pipe,
            _ => panic!("{line}"),
        };
        assert_eq!(of("tablecast new pipe Music").items, 100);
        let pipe = of("tablecast new pipe Music --sample items.json --key Artist,SongTitle");
        assert_eq!(pipe.key, ["Artist", "SongTitle"]);
        for line in
            ["--sample x --items 5", "--items 0", "--items 1001", "--sample x --endpoint-url http://x"]
        {
            assert!(parse(&format!("tablecast new pipe Music {line}")).is_err(), "{line}");
        }
    }

    #[test]
    fn an_option_that_means_nothing_is_refused() {
        for line in ["tablecast --auth no", "tablecast token --expires 1w", "tablecast token --claim x"] {
            assert!(parse(line).is_err(), "{line}");
        }
        for line in [
            "tablecast --prot 1",
            "tablecast --port 65536",
            "tablecast --log-level loud",
            "tablecast pipes --listen 4667",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
