//! The web pages that may connect. Browsers let a page of any origin open a WebSocket, so the server must
//! check.

use crate::event::AuthorizerEvent;

/// Origins are compared as whole strings.
#[derive(Debug)]
pub struct AllowedOrigins {
    listed: Vec<String>,
    /// Programs that are not browsers send no `Origin`.
    allows_none: bool,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllowedOriginsError {
    #[error(
        "the environment variable ORIGINS is not set. List the origins of web pages that may connect, and - for other programs"
    )]
    Missing,
    #[error(
        "ORIGINS: {0:?} is not an origin. Use -, or https://app.example.com in lower case, without path and default port"
    )]
    NotAnOrigin(String),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginRefused {
    #[error("the client sends no Origin, and ORIGINS does not contain -")]
    NoOrigin,
    #[error("the client's Origin {0:?} is not in ORIGINS")]
    Unlisted(String),
    #[error("the client sends more than one Origin")]
    Several,
}

/// Characters of an origin that are logged.
const MAX_LOGGED: usize = 200;

impl AllowedOrigins {
    /// Reads a list that is separated by commas.
    pub fn parse(list: &str) -> Result<Self, AllowedOriginsError> {
        let entries: Vec<_> = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
        if entries.is_empty() {
            return Err(AllowedOriginsError::Missing);
        }
        if let Some(bad) = entries.iter().find(|entry| **entry != "-" && !is_origin(entry)) {
            return Err(AllowedOriginsError::NotAnOrigin((*bad).to_owned()));
        }
        let listed = entries.iter().filter(|entry| **entry != "-").map(|entry| (*entry).to_owned());
        Ok(Self { listed: listed.collect(), allows_none: entries.contains(&"-") })
    }

    pub fn check(&self, event: &AuthorizerEvent) -> Result<(), OriginRefused> {
        let mut sent = event.header("origin");
        match (sent.next(), sent.next()) {
            (None, _) if self.allows_none => Ok(()),
            (None, _) => Err(OriginRefused::NoOrigin),
            (Some(origin), None) if self.listed.iter().any(|listed| listed == origin) => Ok(()),
            (Some(origin), None) => Err(OriginRefused::Unlisted(origin.chars().take(MAX_LOGGED).collect())),
            (Some(_), Some(_)) => Err(OriginRefused::Several),
        }
    }
}

/// Checks for the form that browsers send (RFC 6454, section 6.2). Any other form never matches.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let default_port = if scheme == "https" { ":443" } else { ":80" };
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    matches!(scheme, "https" | "http")
        && !authority.is_empty()
        && authority.bytes().all(is_plain)
        && !authority.ends_with(default_port)
}

#[cfg(test)]
mod tests;
