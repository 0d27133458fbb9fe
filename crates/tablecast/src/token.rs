//! Creates a token of this machine's development issuer.

use std::env;
use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use serde_json::Value;
use tablecast_definitions::definition::Seconds;
use tablecast_local::issuer::{self, RESERVED};

use crate::local_mode::Description;
use crate::{duration, local_mode, output};

/// Where a local mode without --data has its issuer's key.
const DATA: &str = ".tablecast";

/// Create a token for the local mode
///
/// Prints a token of this machine's development issuer, and on stderr which local mode accepts it. No
/// deployment accepts it.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Add a claim, such as tenant=acme; a value with commas is a list, such as roles=a,b (repeatable)
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = claim)]
    claims: Vec<(String, Value)>,
    /// Value of the claim `sub`
    #[arg(long, default_value = "developer")]
    subject: String,
    /// How long the token is valid, such as 90s, 5m or 1h
    #[arg(long, default_value = "12h", value_name = "DURATION", value_parser = duration::parse)]
    expires: Seconds,
    /// Folder of the issuer's key: the local mode's --data (default: .tablecast in this folder or the nearest one above
    /// it that has one)
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The local mode's --port, to compare its key
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
}

pub async fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let data = arguments.data.map_or_else(nearest_data, Ok)?;
    let issuer = issuer::open(&data)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let own = [
        ("sub".to_owned(), Value::from(arguments.subject)),
        ("exp".to_owned(), Value::from(now + u64::from(arguments.expires.0))),
    ];
    let token = issuer.token(arguments.claims.into_iter().chain(own).collect(), now)?;
    output::note(instance(&data, &issuer.key_id(), arguments.port).await);
    Ok(output::line(token)?)
}

fn nearest_data() -> io::Result<PathBuf> {
    Ok(data_of(&env::current_dir()?))
}

/// Returns the folder of the local mode that was started above this folder, so that a token of `web/` works. Before the
/// first start, returns the folder that a local mode of the nearest definitions will use.
fn data_of(folder: &Path) -> PathBuf {
    let has_definitions = |above: &&Path| ["pipes", "schemas"].iter().all(|name| above.join(name).is_dir());
    let started = folder.ancestors().map(|above| above.join(DATA)).find(|data| issuer::is_in(data));
    let will_start = || folder.ancestors().find(has_definitions).map(|above| above.join(DATA));
    started.or_else(will_start).unwrap_or_else(|| PathBuf::from(DATA))
}

/// Describes the local mode that accepts the token. Compares it with the one that runs at `port`.
async fn instance(data: &Path, key_id: &str, port: u16) -> String {
    let folder = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    let folder = folder.display();
    let authority = format!("127.0.0.1:{port}");
    match local_mode::describe(&authority).await {
        Some(Description { key_id: Some(running), .. }) if running == key_id => {
            format!("for the local mode at http://{authority}")
        }
        Some(Description { key_id: Some(_), folder: other, .. }) => format!(
            "warning: the local mode at http://{authority} refuses this token, because its key is in {other}; \
             this one is of {folder}. Add --data {other}"
        ),
        Some(Description { key_id: None, .. }) => {
            format!("the local mode at http://{authority} needs no token (--auth none)")
        }
        None => format!("for a local mode with its key in {folder}; none runs at http://{authority}"),
    }
}

/// Parses `tenant=acme` as text, and `roles=a,b` as a list of texts.
fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    if name.is_empty() {
        return Err("the name is missing: write it as NAME=VALUE".to_owned());
    }
    if RESERVED.contains(&name) {
        return Err(format!(
            "{name:?} cannot be set here; set `sub` with --subject and `exp` with --expires"
        ));
    }
    let value = match value.contains(',') {
        true => value.split(',').collect(),
        false => Value::from(value),
    };
    Ok((name.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_folder_below_the_definitions_uses_their_key_before_the_first_start() {
        let root = tempfile::tempdir().unwrap();
        let web = root.path().join("web");
        std::fs::create_dir(&web).unwrap();
        assert_eq!(data_of(&web), PathBuf::from(DATA));
        for name in ["pipes", "schemas"] {
            std::fs::create_dir(root.path().join(name)).unwrap();
        }
        assert_eq!(data_of(&web), root.path().join(DATA));
        issuer::open(&web.join(DATA)).unwrap();
        assert_eq!(data_of(&web), web.join(DATA));
    }

    #[test]
    fn a_claim_is_text_or_with_commas_a_list() {
        let expected = |value| ("roles".to_owned(), value);
        assert_eq!(claim("roles=a"), Ok(expected(json!("a"))));
        assert_eq!(claim("roles=a,b"), Ok(expected(json!(["a", "b"]))));
        assert_eq!(claim("roles=a="), Ok(expected(json!("a="))));
        assert_eq!(claim("roles="), Ok(expected(json!(""))));
    }

    #[test]
    fn claims_that_the_issuer_sets_are_refused() {
        for text in ["roles", "=a", "iss=x", "exp=9", "sub=eve"] {
            assert!(claim(text).is_err(), "{text}");
        }
    }
}
