//! Where the keys of an issuer are, and for how long they are good.
//!
//! A set that was fetched is fetched again when it is no longer [`FRESH`] and when a token names a key that
//! it has not, but not more often than every [`PAUSE`], whoever asks for what: nothing needs to be remembered about
//! unknown keys, so nothing grows. While the issuer does not answer, its last set is used until [`MAX_AGE`].

use std::time::{Duration, Instant};

use jsonwebtoken::{Algorithm, DecodingKey};
use tokio::sync::Mutex;
use tracing::warn;

use crate::fetch::Endpoint;
use crate::header::Header;
use crate::keys::KeySet;
use crate::refusal::Refusal;

/// A key that the issuer has withdrawn is good for so long at most, while the issuer answers.
pub const FRESH: Duration = Duration::from_secs(10 * 60);

/// The same, while it does not answer.
pub const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// At least so long from one fetch to the next, successful or not.
pub const PAUSE: Duration = Duration::from_secs(10);

#[derive(Debug)]
pub enum KeySource {
    Inline(KeySet),
    Remote(Box<Remote>),
}

#[derive(Debug)]
pub struct Remote {
    endpoint: Endpoint,
    algorithms: Vec<Algorithm>,
    /// Locked while keys are fetched: who comes meanwhile waits for the same answer.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    last_good: Option<(KeySet, Instant)>,
    last_attempt: Option<Instant>,
}

/// No token can be verified, so none is accepted; whoever comes is told to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the issuer's keys are not to be had: see what JWKS_URL answers")]
pub struct KeysUnavailable;

impl KeySource {
    /// The key for a token, or why there is none.
    pub async fn key(&self, header: &Header) -> Result<Result<DecodingKey, Refusal>, KeysUnavailable> {
        match self {
            Self::Inline(keys) => Ok(find(keys, header)),
            Self::Remote(remote) => remote.key(header, Instant::now()).await,
        }
    }
}

fn find(keys: &KeySet, header: &Header) -> Result<DecodingKey, Refusal> {
    keys.find(header.key_id.as_deref(), header.algorithm).cloned()
}

impl Remote {
    pub fn new(url: String, algorithms: Vec<Algorithm>) -> Self {
        Self { endpoint: Endpoint::new(url), algorithms, state: Mutex::default() }
    }

    async fn key(
        &self,
        header: &Header,
        now: Instant,
    ) -> Result<Result<DecodingKey, Refusal>, KeysUnavailable> {
        let mut state = self.state.lock().await;
        if !state.is_fresh(now) {
            self.refresh(&mut state, now).await;
        }
        let mut found = find(state.keys(now)?, header);
        if found.as_ref().is_err_and(|refusal| *refusal == Refusal::UnknownKey) {
            self.refresh(&mut state, now).await;
            found = find(state.keys(now)?, header);
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
        self.last_good.as_ref().is_some_and(|(_, fetched)| now.saturating_duration_since(*fetched) < FRESH)
    }

    fn may_fetch(&self, now: Instant) -> bool {
        self.last_attempt.is_none_or(|attempt| now.saturating_duration_since(attempt) >= PAUSE)
    }

    fn keys(&self, now: Instant) -> Result<&KeySet, KeysUnavailable> {
        let good =
            self.last_good.as_ref().filter(|(_, fetched)| now.saturating_duration_since(*fetched) < MAX_AGE);
        good.map(|(keys, _)| keys).ok_or(KeysUnavailable)
    }
}

#[cfg(test)]
mod tests;
