//! Who says so: JWTs of an OIDC issuer, verified.
//!
//! # Layout
//! - `configuration`: which tokens count; read once, when a function starts
//! - `verifier`: a token in, its claims out; `refusal`: why not
//! - `header`, `claims`: the rules for a token's two parts; pure
//! - `keys`: a key set (JWKS) and which key may verify what; pure
//! - `key_source`: where the keys are, and for how long they are good; `fetch`: gets them over HTTP
//! - `crypto`: ring behind `jsonwebtoken`
//! - `development`: the issuer of the local mode, which no deployment accepts

mod claims;
mod configuration;
mod crypto;
pub mod development;
mod fetch;
mod header;
mod key_source;
mod keys;
mod refusal;
mod verifier;

pub use claims::Claims;
pub use configuration::{Configuration, ConfigurationError};
pub use key_source::KeysUnavailable;
pub use refusal::Refusal;
pub use verifier::{Verifier, VerifyError};
