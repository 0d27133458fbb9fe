//! The AsyncAPI document, the schemas and the catalogue, as files to be hosted anywhere.

use std::error::Error;
use std::fs;
use std::path::Path;

use tablecast_authoring::check::check;
use tablecast_catalogue::{File, Places, Tokens, files};
use tablecast_definitions::problem;

use crate::arguments::PublishArguments;
use crate::check::{beside, read};

/// Where the local mode listens: other sockets have another issuer's tokens.
pub const LOCAL_SOCKET: &str = "ws://127.0.0.1:8787";

pub fn run(arguments: &PublishArguments) -> Result<(), Box<dyn Error>> {
    let pipes = read(&arguments.pipes, "yaml", "--pipes")?;
    let schemas = read(&arguments.schemas, "json", "--schemas")?;
    let wrong = |problems: Vec<_>| {
        format!("nothing is published; `check` tells what to do\n{}", problem::lines(&problems))
    };
    let report = check(&pipes, &schemas, &beside);
    if !report.problems.is_empty() {
        return Err(wrong(report.problems).into());
    }
    let files = files(&pipes, &schemas, &places(arguments)).map_err(wrong)?;
    for file in &files {
        write(&arguments.folder, file)?;
        println!("{}", arguments.folder.join(&file.path).display());
    }
    Ok(())
}

fn places(arguments: &PublishArguments) -> Places {
    let tokens = match arguments.socket == LOCAL_SOCKET {
        true => Tokens::Development { arguments: String::new() },
        false => Tokens::Issuer,
    };
    Places { socket: arguments.socket.clone(), bus: arguments.bus.clone(), tokens, live_page: false }
}

fn write(folder: &Path, file: &File) -> Result<(), String> {
    let path = folder.join(&file.path);
    let written =
        path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, &file.content));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

/// For clap: an address that may stand in quotes in a shell.
pub fn socket(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("wss://").or_else(|| text.strip_prefix("ws://"));
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-._~:/[]".contains(letter);
    match rest {
        Some(rest) if !rest.is_empty() && rest.chars().all(plain) => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => {
            Err("is no address such as wss://abcd123.execute-api.eu-central-1.amazonaws.com/live".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_for_clients_is_plain() {
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
