//! The keys of an issuer: configured inline, or fetched from a URL and cached.
//!
//! A fetched key set is fetched again after [`REFRESH_AFTER`], and when a token names a key that the set
//! lacks. Two fetches are at least [`MIN_FETCH_INTERVAL`] apart, for any number of unknown keys, so the cache
//! needs no list of them. If the issuer does not respond, its last key set is used until it is [`MAX_AGE`]
//! old. An unknown key can then be a new one, so its token is not refused: the client retries.
//!
//! A key that is missing in a key set of the last [`MIN_FETCH_INTERVAL`] is refused, although it can be new. An error
//! in its place would let everyone who invents keys cause errors of the function.

use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;
use tracing::warn;

use crate::fetch::Endpoint;
use crate::header::Header;
use crate::keys::KeySet;
use crate::refusal::Refusal;

/// Age at which a key set is fetched again. A key that the issuer withdrew is accepted for up to this long.
pub const REFRESH_AFTER: Duration = Duration::from_secs(10 * 60);

/// Age from which a key set is no longer used, even if the issuer does not respond.
pub const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Minimum time between two fetches, successful or not.
pub const MIN_FETCH_INTERVAL: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub enum KeySource {
    Inline(KeySet),
    Remote(Box<Remote>),
}

#[derive(Debug)]
pub struct Remote {
    endpoint: Endpoint,
    algorithms: Vec<Algorithm>,
    /// Locked during a fetch, so that concurrent requests share it.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last_good: Option<(KeySet, Instant)>,
    last_attempt: Option<Instant>,
}

/// No token can be verified or accepted now. The client can retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the issuer's keys are unavailable. Check that its JWKS_URL returns a key set")]
pub struct KeysUnavailable;

impl KeySource {
    /// Returns the keys of which one can verify a token, or why the token is refused.
    pub async fn keys(&self, header: &Header) -> Result<Found, KeysUnavailable> {
        match self {
            Self::Inline(keys) => Ok(find(keys, header)),
            Self::Remote(remote) => remote.keys(header, Instant::now()).await,
        }
    }

    /// Fetches the keys, without the cache. Returns why they cannot be used.
    pub async fn check(&self) -> Result<(), String> {
        match self {
            Self::Inline(_) => Ok(()),
            Self::Remote(remote) => {
                let fetched = remote.fetch().await;
                fetched.map(drop).map_err(|reason| format!("{}: {reason}", remote.endpoint.url()))
            }
        }
    }
}

type Found = Result<Vec<DecodingKey>, Refusal>;

fn find(keys: &KeySet, header: &Header) -> Found {
    let keys = keys.find(header.key_id.as_deref(), header.algorithm);
    keys.map(|keys| keys.into_iter().cloned().collect())
}

impl Remote {
    pub fn new(url: String, algorithms: Vec<Algorithm>) -> Self {
        Self { endpoint: Endpoint::new(url), algorithms, state: Mutex::default() }
    }

    async fn keys(&self, header: &Header, now: Instant) -> Result<Found, KeysUnavailable> {
        let mut state = self.state.lock().await;
        if !state.is_fresh(now) {
            self.refresh(&mut state, now).await;
        }
        let mut found = find(state.keys(now)?, header);
        if found.as_ref().is_err_and(|refusal| *refusal == Refusal::UnknownKey) {
            self.refresh(&mut state, now).await;
            found = find(state.newest_keys(now)?, header);
        }
        Ok(found)
    }

    async fn refresh(&self, state: &mut State, now: Instant) {
        if !state.may_fetch(now) {
            return;
        }
        state.last_attempt = Some(now);
        match self.fetch().await {
            Ok(keys) => state.last_good = Some((keys, now)),
            Err(reason) => warn!(url = self.endpoint.url(), reason, "cannot fetch the issuer's keys"),
        }
    }

    async fn fetch(&self) -> Result<KeySet, String> {
        let text = self.endpoint.fetch().await.map_err(|error| error.to_string())?;
        KeySet::parse(&text, &self.algorithms).map_err(|error| error.to_string())
    }
}

impl State {
    fn is_fresh(&self, now: Instant) -> bool {
        self.last_good
            .as_ref()
            .is_some_and(|(_, fetched)| now.saturating_duration_since(*fetched) < REFRESH_AFTER)
    }

    fn may_fetch(&self, now: Instant) -> bool {
        self.last_attempt.is_none_or(|attempt| now.saturating_duration_since(attempt) >= MIN_FETCH_INTERVAL)
    }

    fn keys(&self, now: Instant) -> Result<&KeySet, KeysUnavailable> {
        let usable =
            self.last_good.as_ref().filter(|(_, fetched)| now.saturating_duration_since(*fetched) < MAX_AGE);
        usable.map(|(keys, _)| keys).ok_or(KeysUnavailable)
    }

    /// The keys of the last fetch, which must have succeeded.
    fn newest_keys(&self, now: Instant) -> Result<&KeySet, KeysUnavailable> {
        let fetched = self.last_good.as_ref().map(|(_, fetched)| *fetched);
        if fetched == self.last_attempt { self.keys(now) } else { Err(KeysUnavailable) }
    }
}

#[cfg(test)]
mod tests;
