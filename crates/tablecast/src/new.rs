//! Creates definitions.
//!
//! # Layout
//! - `pipe`: `new pipe`, a first pipe file for a table

pub mod pipe;

use std::error::Error;

use clap::{Args, Subcommand};

/// Write a first pipe file for a table, with `new pipe <TABLE>`
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    pub kind: Kind,
}

#[derive(Debug, Subcommand)]
pub enum Kind {
    Pipe(pipe::Arguments),
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    match arguments.kind {
        Kind::Pipe(arguments) => pipe::run(arguments).await,
    }
}
