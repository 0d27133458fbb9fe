//! The place of an event in its log: `<epoch>-<offset>`.

use std::str::FromStr;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    epoch: String,
    offset: u64,
}

impl FromStr for Position {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts = text.rsplit_once('-').and_then(|(epoch, offset)| Some((epoch, offset.parse().ok()?)));
        let (epoch, offset) = parts.ok_or_else(|| format!("{text:?} is not a position"))?;
        Ok(Self { epoch: epoch.to_owned(), offset })
    }
}
