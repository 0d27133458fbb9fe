use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde_json::Value;
use tablecast_pipeline::definition::Seconds;
use tablecast_pipeline::log::Position;
use tablecast_pipeline::subject::Pattern;
use tracing::Level;

use crate::package::Architecture;
use crate::replay::Moment;
use crate::{publish, token};

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

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AuthMode {
    /// Whoever has a token of this machine's development issuer (`tablecast token`)
    Jwt,
    /// Everybody on this machine
    None,
}

#[derive(Debug, Args)]
pub struct PipesArguments {
    /// Where to listen; a port of 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:4667", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Call functions and queues with our own credentials instead of the pipe's role: for emulators without STS
    #[arg(long)]
    pub no_roles: bool,
    /// What is logged on stderr: error, warn, info, debug or trace
    #[arg(long, default_value_t = Level::INFO, value_name = "LEVEL")]
    pub log_level: Level,
}

#[derive(Debug, Args)]
pub struct LocalArguments {
    /// Keep everything in this folder across restarts (default: in memory)
    #[arg(long, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Port for clients and for the bus; 0 takes a free one
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Port for DynamoDB; 0 takes a free one
    #[arg(long, default_value_t = 8000, value_name = "PORT")]
    pub dynamodb_port: u16,
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
    /// Who may connect
    #[arg(long, value_enum, default_value_t = AuthMode::Jwt, value_name = "HOW")]
    pub auth: AuthMode,
    /// A web page's origin that may connect too, such as http://localhost:5173 (may be repeated)
    #[arg(long = "origin", value_name = "ORIGIN")]
    pub origins: Vec<String>,
    /// Where the function binaries are (default: beside this program; `cargo run` builds them first)
    #[arg(long, value_name = "DIR")]
    pub functions: Option<PathBuf>,
    /// Say where things listen as one line of JSON on stdout, once everything is ready
    #[arg(long)]
    pub json: bool,
    /// What is logged on stderr: error, warn, info, debug or trace
    #[arg(long, default_value_t = Level::INFO, value_name = "LEVEL")]
    pub log_level: Level,
    /// Let `POST /clock?advance=10m` move the gateway's time
    #[arg(long, hide = true)]
    pub test_clock: bool,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
    /// The schemas of before, a folder or a revision in git, such as origin/main: no change may break their readers
    #[arg(long, value_name = "REVISION|DIR")]
    pub against: Option<String>,
    /// How to tell it: docs/check.md has the shape of the JSON
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Subcommand)]
pub enum New {
    /// Write a first pipe file for a table, with schemas, examples and tests that pass `check`
    ///
    /// Looks at the table's key and at some of its items, where the SDKs' environment says: AWS_PROFILE, AWS_REGION, ... None of
    /// the values that they hold is written down. docs/your-own-table.md walks through it.
    Pipe(NewPipeArguments),
}

#[derive(Debug, Args)]
pub struct NewPipeArguments {
    /// The table's name
    pub table: String,
    /// How many items are read at most, by one Scan, which reads no more than 1 MB
    #[arg(long, default_value_t = 100, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub items: u16,
    /// Where DynamoDB is, such as http://127.0.0.1:8000
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Look at these items instead: what `aws dynamodb scan` prints, or an item a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["items", "endpoint_url"])]
    pub sample: Option<PathBuf>,
    /// Of a sample the table's key: the partition key, and the sort key if there is one
    #[arg(long, value_name = "PARTITION[,SORT]", value_delimiter = ',')]
    pub key: Vec<String>,
    /// What an item is called, such as order in order.created.v1 (default: from the table's name)
    #[arg(long, value_name = "NOUN")]
    pub entity: Option<String>,
    /// What the pipe is called (default: from the table's name); it cannot be called otherwise once it has been released
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
}

#[derive(Debug, Args)]
pub struct PublishArguments {
    /// Where to write them; nothing that is there is deleted
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Where clients connect, for what is to be copied: Terraform's output socket_url
    #[arg(long, default_value = publish::LOCAL_SOCKET, value_name = "URL", value_parser = publish::socket)]
    pub socket: String,
    /// The name of the bus: Terraform's output bus
    #[arg(long, default_value = "tablecast", value_name = "NAME")]
    pub bus: String,
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
}

#[derive(Debug, Args)]
pub struct TailArguments {
    /// What to show, such as orders/acme/1001 or orders/*
    #[arg(default_value = "*", value_name = "PATTERN")]
    pub patterns: Vec<String>,
    /// Where to connect to
    #[arg(long, default_value = "ws://127.0.0.1:8787")]
    pub url: String,
    /// Whom to connect as: see `tablecast token`
    #[arg(long, env = "TABLECAST_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Print each event as it came, one a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// Whose log: the name of a pipe file
    pub pipe: String,
    /// What the events are about, such as orders/acme/* (may be repeated)
    #[arg(long = "subject", default_value = "*", value_name = "PATTERN", value_parser = pattern)]
    pub subjects: Vec<Pattern>,
    /// Only events of this type (may be repeated)
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Of changes made then or later: 2026-11-23T09:00:00Z, or 2h for two hours ago
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub since: Option<Moment>,
    /// Of changes made before then
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub until: Option<Moment>,
    /// Behind this event of the log, by its `position`
    #[arg(long, value_name = "POSITION", conflicts_with = "since")]
    pub after: Option<Position>,
    /// To the bus instead of stdout: with the same ids, and marked as `replayed`
    #[arg(long)]
    pub to_bus: bool,
    /// What `replayed` says (default: the time)
    #[arg(long, value_name = "NAME", requires = "to_bus")]
    pub replay: Option<String>,
    /// Terraform's `name`, on AWS or wherever AWS_ENDPOINT_URL says (default: the local mode)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["port", "dynamodb_port"])]
    pub deployment: Option<String>,
    /// The local mode's --port
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// The local mode's --dynamodb-port
    #[arg(long, default_value_t = 8000, value_name = "PORT")]
    pub dynamodb_port: u16,
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::parse(text).map_err(|error| format!("it {error}"))
}

#[derive(Debug, Args)]
pub struct PackageArguments {
    /// What the functions are to run on
    #[arg(long, value_enum, default_value_t)]
    pub arch: Architecture,
    /// Where the zips go (default: target/lambda/<ARCH>)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The folder with pipes/ and schemas/ (default: the project's)
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct TokenArguments {
    /// A claim, such as tenant=acme; with commas it is a list, such as roles=a,b (may be repeated)
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = token::claim)]
    pub claims: Vec<(String, Value)>,
    /// Whose token it is (the claim sub)
    #[arg(long, default_value = "developer")]
    pub subject: String,
    /// For how long it is good, such as 90s, 5m or 1h
    #[arg(long, default_value = "12h", value_name = "SPAN", value_parser = token::span)]
    pub expires: Seconds,
    /// The local mode's --data, where the issuer's key is
    #[arg(long, value_name = "DIR", default_value = ".tablecast")]
    pub data: PathBuf,
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
