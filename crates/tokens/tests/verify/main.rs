//! Attacks on a verifier, and what it makes of an issuer that is down, slow, huge or has new keys.
//!
//! # Layout
//! - `crafted`: tokens of any kind; `signers`: who signs them
//! - `forgeries`: tokens that are not what they seem; `accepted`: those that are
//! - `key_server`: an issuer's HTTP side that does as it is told; `key_fetching`: how it is asked

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod accepted;
mod crafted;
mod forgeries;
mod key_fetching;
// Tests of `key_source` use the rest of it.
#[allow(dead_code)]
mod key_server;
mod signers;
