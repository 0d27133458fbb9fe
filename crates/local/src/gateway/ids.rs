//! The ids of connections, requests and messages.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;

/// Issues ids in the format of API Gateway, such as `BFaT_fALIAMCKug=`: 11 bytes in base64.
/// An id is a keyed hash of a counter, so it does not repeat, and nobody can guess it from another one.
#[derive(Debug, Default)]
pub struct Ids {
    key: RandomState,
    issued: AtomicU64,
}

impl Ids {
    pub fn next(&self) -> String {
        let number = self.issued.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0; 11];
        bytes[..8].copy_from_slice(&self.key.hash_one((number, "front")).to_be_bytes());
        bytes[8..].copy_from_slice(&self.key.hash_one((number, "back")).to_be_bytes()[..3]);
        // Start with a letter, because the AWS CLI parses an id like "-x=" as an option.
        bytes[0] &= 0x7f;
        BASE64_URL_SAFE.encode(bytes)
    }
}

#[cfg(test)]
mod tests;
