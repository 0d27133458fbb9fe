//! Attacks on a verifier, and issuers whose key servers fail or respond slowly.
//!
//! # Layout
//! - `crafted`: builds tokens of any content; `signers`: signs them
//! - `accepted`: valid tokens; `forgeries`: forged or invalid ones
//! - `issuers`: documented tokens of well-known issuers; `issuer_attacks`: attacks with each of them
//! - `several_issuers`: issuers beside each other
//! - `key_server`: a key server whose response each test sets; `key_fetching`: how the verifier uses it

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accepted;
mod crafted;
mod forgeries;
mod issuer_attacks;
mod issuers;
mod key_fetching;
// The unit tests of `key_source` include this file and use the rest of it.
#[allow(dead_code)]
mod key_server;
mod several_issuers;
mod signers;
