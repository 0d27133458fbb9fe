//! What is wrong with pipe files and schemas: the rules are `tablecast_authoring::check`'s.

mod against;
mod told;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use tablecast_authoring::check::{Report, check};
use tablecast_authoring::evolution;
use tablecast_definitions::folder;
use tablecast_definitions::problem::Source;

use crate::arguments::CheckArguments;

/// 0: nothing is wrong.
const FINE: u8 = 0;
const WRONG: u8 = 1;
const COULD_NOT_LOOK: u8 = 2;

pub fn run(arguments: &CheckArguments) -> ExitCode {
    let told = report(arguments).and_then(|report| told::print(&report, arguments.format).map(|()| report));
    ExitCode::from(match told {
        Ok(report) if report.problems.is_empty() => FINE,
        Ok(_) => WRONG,
        Err(error) => {
            eprintln!("error: {error}");
            COULD_NOT_LOOK
        }
    })
}

fn report(arguments: &CheckArguments) -> Result<Report, Box<dyn Error>> {
    let pipes = read(&arguments.pipes, "yaml", "--pipes")?;
    let schemas = read(&arguments.schemas, "json", "--schemas")?;
    let mut report = check(&pipes, &schemas, &beside);
    if let Some(revision) = &arguments.against {
        let before = against::schemas(revision, &arguments.schemas)?;
        report.checked.compared = before.len();
        report.problems.extend(evolution::breaks(&before, &schemas));
    }
    Ok(report)
}

/// The files of a folder, of which there must be some.
pub fn read(folder: &Path, extension: &str, option: &str) -> Result<Vec<Source>, Box<dyn Error>> {
    let name = folder.display();
    let elsewhere = format!("say with {option} where they are");
    let sources = folder::read(folder, extension).map_err(|error| format!("{name}: {error}; {elsewhere}"))?;
    match sources.is_empty() {
        true => Err(format!("{name} has no .{extension} file; {elsewhere}").into()),
        false => Ok(sources),
    }
}

/// A file that a pipe file names, from the folder that it is in.
pub fn beside(pipe: &Source, name: &str) -> Result<String, String> {
    let path = Path::new(&pipe.file).with_file_name(name);
    fs::read_to_string(&path).map_err(|error| error.to_string())
}
