use std::fmt;
use std::str::FromStr;

use tablecast_protocol::Position;
use tablecast_protocol::channel::Channel;

/// Where a replay continues: `<source>`, or `<source>@<position>` after an event. A source contains no `@`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub source: String,
    pub after: Option<Position>,
}

/// Parses the `source` of a channel.
pub fn source(text: &str) -> Result<String, String> {
    match Channel::of_source(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("it is not the source of an event, such as tablecast/orders/acme".to_owned()),
    }
}

impl FromStr for Checkpoint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, position) = text.split_once('@').map_or((text, None), |(name, at)| (name, Some(at)));
        let after = position.map(str::parse).transpose().map_err(|error| format!("{position:?} {error}"))?;
        Ok(Self { source: source(name)?, after })
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source, after } = self;
        match after {
            Some(position) => write!(out, "{source}@{position}"),
            None => out.write_str(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checkpoint_is_parsed_as_it_was_written() {
        for text in ["tablecast/orders/acme", "tablecast/orders/a%40b@0000000000000001-7"] {
            assert_eq!(text.parse::<Checkpoint>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn another_text_is_no_checkpoint() {
        for text in
            ["", "orders/acme", "tablecast/orders/*", "tablecast/orders@7", "tablecast/orders@", "@1-1"]
        {
            assert!(text.parse::<Checkpoint>().is_err(), "{text}");
        }
    }
}
