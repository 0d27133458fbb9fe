//! The request of a connecting client, and the subjects that it is granted.

use std::borrow::Cow;
use std::collections::BTreeSet;

use tablecast_config::{Access, NotAuthorized};
use tablecast_connections::{Connection, Identity};
use tablecast_definitions::grant::{self, Unfilled};
use tablecast_protocol::subject::{Pattern, SubjectError};
use tablecast_protocol::{ConnectionRefusal, Protocol, Refused};

use crate::event::{Authorizer, ConnectEvent};

#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    pub connection: Connection,
    pub granted: BTreeSet<Pattern>,
    /// Requested but not granted. The connection opens without them.
    pub refused: BTreeSet<Pattern>,
    /// Why grants gave nothing for the claims. Empty unless a pattern is refused, or nothing is granted at all.
    pub unfilled: Vec<Unfilled>,
    /// The sub-protocol to confirm. A client that offered none receives single events, and no confirmation.
    pub echo: Option<Protocol>,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("subscribe: {pattern:?} {reason}")]
    BadPattern { pattern: String, reason: SubjectError },
    /// By RFC 6455, a browser ends a connection that confirms none of its offers. A refusal has a reason.
    #[error("none of the offered sub-protocols is supported: offer {}, or none", Protocol::ALL.map(Protocol::name).join(" or "))]
    UnknownProtocol,
    #[error("not authorized: {0}")]
    NotAuthorized(#[from] NotAuthorized),
    #[error("none of the requested subjects is granted: {}. See `grant` in the pipe files. {}", listed(.refused), reasons(.unfilled))]
    NothingGranted { refused: BTreeSet<Pattern>, unfilled: Vec<Unfilled> },
}

impl Refusal {
    /// The part of the reason that the client may know. The reasons of grants are for the log.
    pub fn for_client(&self) -> Refused {
        match self {
            Self::BadPattern { .. } | Self::UnknownProtocol => {
                Refused::new(ConnectionRefusal::BadRequest, &self.to_string())
            }
            Self::NotAuthorized(_) => {
                Refused::new(ConnectionRefusal::TokenInvalid, "The deployment cannot verify tokens.")
            }
            Self::NothingGranted { .. } => Refused::new(
                ConnectionRefusal::NotGranted,
                "The token grants none of the subjects in the parameter subscribe.",
            ),
        }
    }
}

impl Request {
    pub fn read(event: ConnectEvent, access: &Access) -> Result<Self, Refusal> {
        let patterns = event.patterns().map(parse).collect::<Result<BTreeSet<_>, _>>()?;
        let echo = negotiate(event.offers())?;
        let context = event.request_context;
        let identity = context.authorizer.as_ref().and_then(identity);
        let claims = identity.as_ref().map(|identity| identity.claims.as_str());
        let grant = access.to(claims)?;
        let (granted, refused) = patterns.into_iter().partition::<BTreeSet<_>, _>(|it| grant.contains(it));
        let is_complete = refused.is_empty() && !grant.is_empty();
        let unfilled = if is_complete { Vec::new() } else { access.unfilled(claims) };
        if granted.is_empty() && !refused.is_empty() {
            return Err(Refusal::NothingGranted { refused, unfilled });
        }
        let connection = Connection {
            id: context.connection_id,
            protocol: echo.unwrap_or_default(),
            connected_at: context.connected_at,
            identity,
        };
        Ok(Self { connection, granted, refused, unfilled, echo })
    }
}

/// Joins patterns for a log line, with their control characters escaped.
pub fn listed(patterns: &BTreeSet<Pattern>) -> String {
    patterns.iter().map(|pattern| format!("{:?}", pattern.as_str())).collect::<Vec<_>>().join(", ")
}

fn reasons(unfilled: &[Unfilled]) -> String {
    match unfilled.is_empty() {
        true => "Every grant has the claims that it needs".to_owned(),
        false => format!("Grants that the claims do not fill: {}", grant::list(unfilled)),
    }
}

fn parse(text: Cow<'_, str>) -> Result<Pattern, Refusal> {
    Pattern::parse(&text).map_err(|reason| Refusal::BadPattern { pattern: text.into_owned(), reason })
}

/// None unless the authorizer returned everything. Without an expiry, a token would never end.
pub fn identity(context: &Authorizer) -> Option<Identity> {
    Some(Identity {
        principal: context.principal.clone()?,
        claims: context.claims.clone()?,
        token_expires_at: context.expires_at.as_ref()?.parse().ok()?,
    })
}

fn negotiate<'a>(offers: impl Iterator<Item = &'a str>) -> Result<Option<Protocol>, Refusal> {
    let mut offers = offers.peekable();
    if offers.peek().is_none() {
        return Ok(None);
    }
    Protocol::choose(offers).map(Some).ok_or(Refusal::UnknownProtocol)
}

#[cfg(test)]
mod tests;
