//! Prints shell completions.

use std::error::Error;

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::{Cli, output};

/// Print completions for a shell
///
/// For bash, add `source <(tablecast completions bash)` to ~/.bashrc.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Shell of the completions
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Cli::command(), "tablecast", &mut script);
    Ok(output::text(&String::from_utf8(script)?)?)
}
