//! The web pages that may connect. Browsers let a page of any origin open a WebSocket, so the server must
//! check.

mod origin;

use crate::event::AuthorizerEvent;
use origin::{LOCAL_HOSTS, is_origin, split, suggestion};

/// Origins are compared as whole strings.
#[derive(Debug)]
pub struct AllowedOrigins {
    listed: Vec<String>,
    /// Programs that are not browsers send no `Origin`.
    allows_none: bool,
    /// Only in the local mode.
    allows_this_machine: bool,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllowedOriginsError {
    #[error(
        "the environment variable ORIGINS is not set. List the origins of web pages that may connect, and - for other programs"
    )]
    Missing,
    #[error("ORIGINS: {entry:?} is not an origin that a client can send. {remedy}")]
    NotAnOrigin { entry: String, remedy: String },
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
            return Err(AllowedOriginsError::NotAnOrigin {
                entry: (*bad).to_owned(),
                remedy: suggestion(bad),
            });
        }
        let listed = entries.iter().filter(|entry| **entry != "-").map(|entry| (*entry).to_owned());
        let allows_none = entries.contains(&"-");
        Ok(Self { listed: listed.collect(), allows_none, allows_this_machine: false })
    }

    /// Also allows all pages of this machine, if the process accepts the development issuer.
    pub fn and_this_machine(self, has_development_issuer: bool) -> Self {
        Self { allows_this_machine: has_development_issuer, ..self }
    }

    pub fn check(&self, event: &AuthorizerEvent) -> Result<(), OriginRefused> {
        let mut sent = event.header("origin");
        match (sent.next(), sent.next()) {
            (None, _) if self.allows_none => Ok(()),
            (None, _) => Err(OriginRefused::NoOrigin),
            (Some(origin), None) if self.listed.iter().any(|listed| listed == origin) => Ok(()),
            (Some(origin), None) if self.allows_this_machine && is_on_this_machine(origin) => Ok(()),
            (Some(origin), None) => Err(OriginRefused::Unlisted(origin.chars().take(MAX_LOGGED).collect())),
            (Some(_), Some(_)) => Err(OriginRefused::Several),
        }
    }
}

/// Returns whether the host is `localhost`, `127.0.0.1` or `[::1]`, on any port.
fn is_on_this_machine(origin: &str) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else { return false };
    ["http", "https"].contains(&scheme) && is_origin(origin) && LOCAL_HOSTS.contains(&split(authority).0)
}

#[cfg(test)]
mod tests;
