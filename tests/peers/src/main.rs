//! Answers cases of other projects' test suites with the code of tablecast. `run` beside this crate calls it, and
//! compares the answers.
//!
//! Reads one case from each line of stdin, as JSON, and prints one answer on each line of stdout.
//!
//! # Layout
//! - `patterns`: event patterns and events
//! - `schemas`: schemas and values
//! - `expressions`: expressions in CEL; `grants`: grants, which are a subset of CEL
//! - `json`: values that keep the digits of their numbers

mod expressions;
mod grants;
mod json;
mod patterns;
mod schemas;

use std::io::{self, BufRead, BufWriter, Write};
use std::process::ExitCode;

use serde::Serialize;
use serde::de::DeserializeOwned;

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        Some("patterns") => each_line(patterns::answer),
        Some("schemas") => each_line(schemas::answer),
        Some("expressions") => each_line(expressions::answer),
        Some("grants") => each_line(grants::answer),
        _ => Err("write what to answer: patterns, schemas, expressions or grants".to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("tablecast-peers: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn each_line<C: DeserializeOwned, A: Serialize>(answer: fn(C) -> A) -> Result<(), String> {
    let mut out = BufWriter::new(io::stdout().lock());
    for (index, line) in io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|error| error.to_string())?;
        let case = serde_json::from_str(&line).map_err(|error| format!("line {}: {error}", index + 1))?;
        let answer = serde_json::to_string(&answer(case)).map_err(|error| error.to_string())?;
        writeln!(out, "{answer}").map_err(|error| error.to_string())?;
    }
    out.flush().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests;
