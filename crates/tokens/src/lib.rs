//! Verifies the JSON Web Tokens (JWTs) that an OpenID Connect issuer signs.
//!
//! # Layout
//! - `config`: the issuers, audiences, algorithms and keys that a function accepts; read once at start
//! - `verifier`: takes a token, returns its claims
//! - `refusal`: the reasons why a token is refused
//! - `header`, `claims`: the rules for the two parts of a token; pure
//! - `audience`: one audience, or a list of them
//! - `keys`: a key set (JWKS) and the algorithms that each key may verify; pure
//! - `key_source`: a key set from the configuration or from a URL, with its cache
//! - `object`: reads JSON objects that come from outside
//! - `fetch`: downloads a key set over HTTP
//! - `crypto`: ring as the cryptography provider of `jsonwebtoken`
//! - `development`: the issuer of the local mode, which deployed functions refuse

mod audience;
mod claims;
mod config;
mod crypto;
pub mod development;
mod fetch;
mod header;
mod key_source;
mod keys;
mod object;
mod refusal;
mod verifier;

pub use claims::Claims;
pub use config::{TokenConfig, TokenConfigError};
pub use key_source::KeysUnavailable;
pub use refusal::Refusal;
pub use verifier::{Verifier, VerifyError};
