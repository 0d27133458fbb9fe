//! Creates a token of this machine's development issuer.

use std::error::Error;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use serde_json::Value;
use tablecast_definitions::definition::Seconds;
use tablecast_local::issuer::{self, RESERVED};

use crate::duration;

/// Create a token for the local mode
///
/// Prints a token of this machine's development issuer. No deployment accepts it.
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
    /// Folder of the issuer's key: the local mode's --data
    #[arg(long, value_name = "DIR", default_value = ".tablecast")]
    data: PathBuf,
}

pub fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let issuer = issuer::open(&arguments.data)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let own = [
        ("sub".to_owned(), Value::from(arguments.subject)),
        ("exp".to_owned(), Value::from(now + u64::from(arguments.expires.0))),
    ];
    println!("{}", issuer.token(arguments.claims.into_iter().chain(own).collect(), now)?);
    Ok(())
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
