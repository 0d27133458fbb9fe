//! Durations on the command line, written as in pipe files: `90s`, `5m`, `12h`, `7d`.

use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::Error;
use tablecast_definitions::definition::Seconds;

pub fn parse(text: &str) -> Result<Seconds, String> {
    let text = IntoDeserializer::<Error>::into_deserializer(text);
    Seconds::deserialize(text).map_err(|error| error.to_string())
}
