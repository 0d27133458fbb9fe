use std::path::Path;

use clap::Parser;

use super::*;
use crate::Cli;

fn arguments(options: &[&str]) -> Arguments {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
    let folders = [root.join("pipes"), root.join("schemas")].map(|path| path.to_str().unwrap().to_owned());
    let all = ["tablecast", "cost", "--pipes", &folders[0], "--schemas", &folders[1]];
    let cli = Cli::try_parse_from(all.into_iter().chain(options.iter().copied())).unwrap();
    match cli.command {
        Some(crate::Command::Cost(arguments)) => arguments,
        other => panic!("{other:?}"),
    }
}

fn loaded(options: &[&str]) -> Load {
    let arguments = arguments(options);
    let definitions = arguments.folders.read().unwrap();
    let pipes = Pipes::compile(&definitions.pipes, &definitions.schemas).unwrap();
    load(&arguments, &pipes).unwrap()
}

#[test]
fn the_load_comes_from_the_options_and_the_pipe_files() {
    let load = loaded(&["--changes", "5", "--changes", "orders=1_000", "--archive-days", "0", "--no-alarms"]);
    let pipes: Vec<_> = load.pipes.iter().map(|pipe| (pipe.name.as_str(), pipe.changes)).collect();
    assert_eq!(pipes, [("orders", 1000.0), ("profiles", 5.0)]);
    let orders = &load.pipes[0];
    assert_eq!((orders.batch.segments, orders.batch.channel_segments, orders.keep_days), (3, 2, 7.0));
    assert_eq!((orders.has_bus, load.archive_days, load.has_alarms), (true, None, false));
}

#[test]
fn a_pipe_that_does_not_exist_is_named() {
    let arguments = arguments(&["--changes", "order=1"]);
    let error = run(&arguments).unwrap_err().to_string();
    assert_eq!(error, "--changes: there is no pipe order. The pipes are orders, profiles");
}

#[test]
fn another_list_of_prices_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prices.json");
    let list = include_str!("../../../cost/prices/us-east-1.json").replace("us-east-1", "eu-central-1");
    fs::write(&file, &list).unwrap();
    let options = ["--prices", file.to_str().unwrap()];
    assert_eq!(prices(&arguments(&options)).unwrap().region, "eu-central-1");
    fs::write(&file, list.replace("\"key\"", "\"lock\"")).unwrap();
    let error = prices(&arguments(&options)).unwrap_err();
    assert!(error.contains("prices.json is no list of prices"), "{error}");
}
