//! Ids of connections, requests and messages.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE;

/// Gives out ids that look like API Gateway's, such as `BFaT_fALIAMCKug=`: 11 bytes in base64.
/// They never repeat in practice and cannot be guessed from one another: a keyed hash of a counter.
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
        // The first character is a letter: the AWS CLI would take an id like "-x=" for an option.
        bytes[0] &= 0x7f;
        BASE64_URL_SAFE.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_look_like_api_gateways() {
        let ids = Ids::default();
        for id in (0..1000).map(|_| ids.next()) {
            assert_eq!(id.len(), 16, "{id}");
            assert!(id.ends_with('=') && id.starts_with(|c: char| c.is_ascii_alphabetic()), "{id}");
        }
    }

    #[test]
    fn ids_do_not_repeat() {
        let ids = Ids::default();
        let seen: HashSet<_> = (0..10_000).map(|_| ids.next()).collect();
        assert_eq!(seen.len(), 10_000);
    }
}
