use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use futures_util::future::BoxFuture;
use serde::Deserialize;

use super::store::BoxError;

/// Returns the token of a new connection.
pub(super) type GetToken = Arc<dyn Fn() -> BoxFuture<'static, Result<String, BoxError>> + Send + Sync>;

/// Requests a token of the application. An empty one would be refused.
pub(super) async fn request(get_token: &GetToken) -> Result<String, BoxError> {
    let token = get_token().await?;
    if token.is_empty() { Err("the token is empty".into()) } else { Ok(token) }
}

#[derive(Deserialize)]
struct Claims {
    exp: f64,
}

/// Returns the remaining time of a JWT. None without `exp`. The server verifies the token.
pub(super) fn remaining(token: &str) -> Option<Duration> {
    let claims = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let Claims { exp } = serde_json::from_slice(&claims).ok()?;
    let expires_at = UNIX_EPOCH.checked_add(Duration::try_from_secs_f64(exp).ok()?)?;
    Some(expires_at.duration_since(SystemTime::now()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_with_exp_has_a_remaining_time() {
        let token = |claims: &str| format!("h.{}.s", BASE64_URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(remaining(&token(r#"{"exp":1}"#)), Some(Duration::ZERO));
        assert!(remaining(&token(r#"{"exp":32503680000}"#)).unwrap() > Duration::from_secs(1_000_000));
        for other in
            [token(r#"{"sub":"ada"}"#), token(r#"{"exp":-1}"#), "secret".to_owned(), "a.b.c".to_owned()]
        {
            assert_eq!(remaining(&other), None, "{other}");
        }
    }
}
