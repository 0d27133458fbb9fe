//! Writes the AsyncAPI document, the schemas and the catalogue, as files for any web server.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use tablecast_authoring::check::check;
use tablecast_catalogue::{Deployment, File, Tokens, files};
use tablecast_definitions::problem;

use crate::definitions::{DefinitionFolders, read_record};

/// The address of the local mode. Clients of other addresses need tokens of another issuer.
const LOCAL_SOCKET: &str = "ws://127.0.0.1:8787";

/// Write a catalogue, an AsyncAPI document and the schemas
///
/// Checks the pipe files and schemas first. If there is a problem, it writes nothing.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Folder to write to; other files in it stay
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Address of clients in the examples: Terraform's output socket_url
    #[arg(long, default_value = LOCAL_SOCKET, value_name = "URL", value_parser = socket)]
    socket: String,
    /// Name of the bus: Terraform's output bus.name
    #[arg(long, default_value = "tablecast", value_name = "NAME")]
    bus: String,
    #[command(flatten)]
    folders: DefinitionFolders,
}

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let definitions = arguments.folders.read()?;
    let report = check(&definitions.pipes, &definitions.schemas, &read_record);
    if !report.problems.is_empty() {
        return Err(refusal(report.problems).into());
    }
    let files = files(&definitions.pipes, &definitions.schemas, &deployment(arguments)).map_err(refusal)?;
    for file in &files {
        write(&arguments.folder, file)?;
        crate::output::line(arguments.folder.join(&file.path).display())?;
    }
    Ok(())
}

fn refusal(problems: Vec<problem::Problem>) -> String {
    format!(
        "nothing was written, because there are problems; `tablecast check` explains each one\n{}",
        problem::lines(&problems)
    )
}

fn deployment(arguments: &Arguments) -> Deployment {
    let tokens = match arguments.socket == LOCAL_SOCKET {
        true => Tokens::Development { arguments: String::new() },
        false => Tokens::Issuer,
    };
    Deployment { socket: arguments.socket.clone(), bus: arguments.bus.clone(), tokens, live_page: false }
}

fn write(folder: &Path, file: &File) -> Result<(), String> {
    let path = folder.join(&file.path);
    let written =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.content));
    written.map_err(|error| format!("{}: cannot write: {error}", path.display()))
}

/// Accepts addresses that are safe between quotes in a shell, because the catalogue shows commands with them.
fn socket(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("wss://").or_else(|| text.strip_prefix("ws://"));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/[]".contains(letter);
    match rest {
        Some(rest) if !rest.is_empty() && rest.chars().all(is_plain) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => {
            Err("write an address such as wss://abcd123.execute-api.eu-central-1.amazonaws.com/live"
                .to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_websocket_addresses_are_accepted() {
        for good in
            [LOCAL_SOCKET, "wss://abcd123.execute-api.eu-central-1.amazonaws.com/live", "ws://[::1]:80"]
        {
            assert_eq!(socket(good).as_deref(), Ok(good));
        }
        assert_eq!(socket("wss://a/live/").as_deref(), Ok("wss://a/live"));
        for bad in ["", "wss://", "https://a", "wss://a/$(id)", "wss://a/\"", "wss://a b", "wss://a?token=x"]
        {
            assert!(socket(bad).is_err(), "{bad}");
        }
    }
}
