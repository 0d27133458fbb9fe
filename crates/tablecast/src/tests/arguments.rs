use clap::Parser;

use crate::new::{self, Kind};
use crate::{Cli, Command};

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' '))
}

#[test]
fn without_a_command_everything_runs_on_the_default_ports() {
    let cli = parse("tablecast").unwrap();
    assert!(cli.command.is_none());
    assert_eq!((cli.local.port, cli.local.dynamodb_port), (8787, 8000));
    let Some(Command::Dev(dev)) = parse("tablecast dev --port 1").unwrap().command else { panic!() };
    assert_eq!((dev.port, dev.dynamodb_port), (1, 8000));
}

#[test]
fn pipes_listens_on_the_loopback_address_and_assumes_roles() {
    let Some(Command::Pipes(pipes)) = parse("tablecast pipes").unwrap().command else { panic!() };
    assert_eq!((pipes.listen.to_string().as_str(), pipes.no_roles), ("127.0.0.1:4667", false));
}

#[test]
fn tail_has_no_patterns_by_default() {
    let patterns = |line| match parse(line).unwrap().command {
        Some(Command::Tail(tail)) => tail.patterns,
        _ => Vec::new(),
    };
    assert!(patterns("tablecast tail").is_empty());
    assert_eq!(patterns("tablecast tail orders/* profiles/1"), ["orders/*", "profiles/1"]);
}

#[test]
fn new_pipe_reads_a_hundred_items_or_a_file() {
    let pipe = |line: &str| {
        let cli = parse(&format!("tablecast new pipe Music{line}"))?;
        let Some(Command::New(new::Arguments { kind: Kind::Pipe(pipe) })) = cli.command else { panic!() };
        Ok::<_, clap::Error>(pipe)
    };
    assert_eq!(pipe("").unwrap().source.items, 100);
    let keyed = pipe(" --sample items.json --key Artist,SongTitle").unwrap();
    assert_eq!(keyed.source.key, ["Artist", "SongTitle"]);
    for line in ["--sample x --items 5", "--items 0", "--items 1001", "--sample x --endpoint-url http://x"] {
        assert!(pipe(&format!(" {line}")).is_err(), "{line}");
    }
}

#[test]
fn invalid_options_are_refused() {
    for line in [
        "--auth no",
        "--prot 1",
        "--port 65536",
        "--log-level loud",
        "token --expires 1w",
        "token --claim x",
        "pipes --listen 4667",
    ] {
        assert!(parse(&format!("tablecast {line}")).is_err(), "{line}");
    }
}
