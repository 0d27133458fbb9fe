//! Finds the token of a client, which must be in exactly one of three places.

use crate::event::AuthorizerEvent;

/// Browsers can set only the header `Sec-WebSocket-Protocol`. They offer `cloudevents.json, bearer.<token>`,
/// and the server accepts the first.
const SUB_PROTOCOL: &str = "bearer.";

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CredentialsError {
    #[error(
        "no token. Send it as the query parameter token, as Authorization: Bearer, or as the sub-protocol bearer.<token>"
    )]
    None,
    #[error("more than one token. Send exactly one")]
    Several,
    #[error("the Authorization header has no bearer token. Send Authorization: Bearer <token>")]
    NotBearer,
}

/// Returns the client's token. Refuses two tokens, even equal ones, so that every reader uses the same.
pub fn token(event: &AuthorizerEvent) -> Result<&str, CredentialsError> {
    let headers = event.header("authorization").map(bearer).collect::<Result<Vec<_>, _>>()?;
    let offers = event.offers().filter_map(|offer| offer.strip_prefix(SUB_PROTOCOL));
    let mut tokens = event.parameter("token").chain(headers).chain(offers);
    match (tokens.next(), tokens.next()) {
        (None, _) => Err(CredentialsError::None),
        (Some(token), None) => Ok(token),
        (Some(_), Some(_)) => Err(CredentialsError::Several),
    }
}

/// Reads `Bearer <token>` (RFC 6750, section 2.1). The scheme is case-insensitive (RFC 9110).
fn bearer(header: &str) -> Result<&str, CredentialsError> {
    let (scheme, token) = header.trim().split_once(' ').ok_or(CredentialsError::NotBearer)?;
    match scheme.eq_ignore_ascii_case("bearer") {
        true => Ok(token.trim_start()),
        false => Err(CredentialsError::NotBearer),
    }
}

#[cfg(test)]
mod tests;
