//! Writes the AsyncAPI document, the schemas and the catalogue, as files for any web server.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use tablecast_catalogue::{Bus, Deployment, File, Tokens, files};
use tablecast_definitions::problem;

use crate::definitions::DefinitionFolders;
use crate::output;

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
    /// ARN or name of the bus: Terraform's output bus.arn
    #[arg(long, default_value = "tablecast", value_name = "ARN", value_parser = bus)]
    bus: Bus,
    /// Address under which the files will be, for the commands in them: https://events.example.com
    #[arg(long, value_name = "URL", value_parser = site)]
    site: Option<String>,
    #[command(flatten)]
    folders: DefinitionFolders,
}

pub fn run(arguments: &Arguments) -> Result<(), Box<dyn Error>> {
    let definitions = arguments.folders.read()?;
    let report = definitions.check();
    if !report.problems.is_empty() {
        return Err(refusal(report.problems).into());
    }
    let files = files(&definitions.pipes, &definitions.schemas, &deployment(arguments)).map_err(refusal)?;
    for file in &files {
        write(&arguments.folder, file)?;
        output::line(arguments.folder.join(&file.path).display())?;
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
    let Arguments { socket, bus, site, .. } = arguments;
    Deployment { socket: socket.clone(), bus: bus.clone(), site: site.clone(), tokens, live_page: false }
}

fn write(folder: &Path, file: &File) -> Result<(), String> {
    let path = folder.join(&file.path);
    let written =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.content));
    written.map_err(|error| format!("{}: cannot write: {error}", path.display()))
}

fn socket(text: &str) -> Result<String, String> {
    address(text, ["wss://", "ws://"], "wss://abcd123.execute-api.eu-central-1.amazonaws.com/live")
}

fn site(text: &str) -> Result<String, String> {
    address(text, ["https://", "http://"], "https://events.example.com")
}

/// Accepts addresses that are safe between quotes in a shell, because the catalogue shows commands with them.
fn address(text: &str, schemes: [&str; 2], example: &str) -> Result<String, String> {
    let rest = schemes.into_iter().find_map(|scheme| text.strip_prefix(scheme));
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/[]".contains(letter);
    match rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(is_plain)) {
        true => Ok(text.trim_end_matches('/').to_owned()),
        false => Err(format!("write an address such as {example}")),
    }
}

/// Accepts names and ARNs that are safe in Terraform and in a shell.
fn bus(text: &str) -> Result<Bus, String> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._:/".contains(letter);
    match !text.is_empty() && text.chars().all(is_plain) {
        true => Ok(Bus::parse(text)),
        false => Err(
            "write a name, or an ARN such as arn:aws:events:eu-central-1:111122223333:event-bus/tablecast"
                .to_owned(),
        ),
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
