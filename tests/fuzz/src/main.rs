//! Runs one target without coverage, or checks one input. tests/fuzz/run uses libFuzzer.

use std::path::Path;
use std::process::ExitCode;

use tablecast_fuzz::{Inputs, TARGETS, allocated, replay, run};

const USAGE: &str = "usage:
  tablecast-fuzz list                    prints the names of the targets
  tablecast-fuzz TARGET N [SEED]         checks N inputs (SEED is 1 if left out)
  tablecast-fuzz TARGET FILE             checks the input in a file
  tablecast-fuzz TARGET show NUMBER      prints an input of seed 1
  tablecast-fuzz TARGET repeat SIZE      checks the first sample with SIZE repetitions of each part";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if arguments == ["list"] {
        TARGETS.iter().for_each(|target| println!("{}", target.name));
        return ExitCode::SUCCESS;
    }
    let target = arguments.first().and_then(|name| TARGETS.iter().find(|target| target.name == *name));
    let (Some(target), Some(second)) = (target, arguments.get(1)) else { return usage() };
    let third = arguments.get(2).map(|text| text.parse::<u64>());
    match (*second, second.parse(), third) {
        ("show", _, Some(Ok(number))) => println!("{}", Inputs::new(target, 1).get(number)),
        ("repeat", _, Some(Ok(size))) => println!("{}", allocated(target, size as usize)),
        (_, Ok(count), None) => run(target, 1, count),
        (_, Ok(count), Some(Ok(seed))) => run(target, seed, count),
        (file, Err(_), None) => replay(target, Path::new(file)),
        _ => return usage(),
    }
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    eprintln!("{USAGE}");
    ExitCode::FAILURE
}
