//! A token of this machine's development issuer.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde_json::Value;
use tablecast_definitions::definition::Seconds;
use tablecast_local::issuer::{self, RESERVED};

use crate::arguments::TokenArguments;

pub fn run(arguments: TokenArguments) -> Result<(), Box<dyn Error>> {
    let issuer = issuer::open(&arguments.data)?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let own = [
        ("sub".to_owned(), Value::from(arguments.subject)),
        ("exp".to_owned(), Value::from(now + u64::from(arguments.expires.0))),
    ];
    println!("{}", issuer.token(arguments.claims.into_iter().chain(own).collect(), now)?);
    Ok(())
}

/// `tenant=acme` is a text, `roles=a,b` a list of texts.
pub fn claim(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    if name.is_empty() || RESERVED.contains(&name) {
        return Err(format!("{name:?} is no claim that can be chosen; of whom it is, say with --subject"));
    }
    let value = match value.contains(',') {
        true => value.split(',').collect(),
        false => Value::from(value),
    };
    Ok((name.to_owned(), value))
}

pub fn span(text: &str) -> Result<Seconds, String> {
    let text = IntoDeserializer::<serde::de::value::Error>::into_deserializer(text);
    Seconds::deserialize(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_claim_is_a_text_or_with_commas_a_list() {
        let expected = |value| ("roles".to_owned(), value);
        assert_eq!(claim("roles=a"), Ok(expected(json!("a"))));
        assert_eq!(claim("roles=a,b"), Ok(expected(json!(["a", "b"]))));
        assert_eq!(claim("roles=a="), Ok(expected(json!("a="))));
        assert_eq!(claim("roles="), Ok(expected(json!(""))));
    }

    #[test]
    fn what_the_issuer_says_cannot_be_said_by_a_claim() {
        for text in ["roles", "=a", "iss=x", "exp=9", "sub=eve"] {
            assert!(claim(text).is_err(), "{text}");
        }
    }
}
