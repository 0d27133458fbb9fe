//! A key set (JWKS, RFC 7517), reduced to the keys that may verify tokens.

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyOperations, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;

use crate::object::object;
use crate::refusal::Refusal;

#[derive(Debug, Clone)]
pub struct KeySet(Vec<Key>);

#[derive(Debug, Clone)]
struct Key {
    id: Option<String>,
    /// Never empty. All belong to the key's family.
    algorithms: Vec<Algorithm>,
    key: DecodingKey,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeySetError {
    #[error("the key set is not a JSON object with a list of `keys`")]
    Malformed,
    #[error("the key set has no key that can verify signatures of ALGORITHMS")]
    NoKey,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

impl KeySet {
    /// Reads a key set. Skips keys of unknown types, for other purposes or for other algorithms.
    pub fn parse(text: &[u8], allowed: &[Algorithm]) -> Result<Self, KeySetError> {
        let document: Document = object(text).map_err(|_| KeySetError::Malformed)?;
        let keys = document.keys.into_iter().filter_map(|key| Key::read(key, allowed));
        let keys = keys.collect::<Vec<_>>();
        match keys.is_empty() {
            true => Err(KeySetError::NoKey),
            false => Ok(Self(keys)),
        }
    }

    /// Returns the keys with this id for this algorithm, of which one can verify the token. Issuers should give
    /// each key its own id, and some do not. Without an id, the set must have one key for the algorithm only.
    pub fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Result<Vec<&DecodingKey>, Refusal> {
        let fits = |key: &&Key| key.algorithms.contains(&algorithm);
        let Some(id) = id else {
            let mut fitting = self.0.iter().filter(fits);
            return match (fitting.next(), fitting.next()) {
                (Some(only), None) => Ok(vec![&only.key]),
                _ => Err(Refusal::NoKeyId),
            };
        };
        let mut named = self.0.iter().filter(|key| key.id.as_deref() == Some(id)).peekable();
        named.peek().ok_or(Refusal::UnknownKey)?;
        let keys: Vec<_> = named.filter(fits).map(|key| &key.key).collect();
        if keys.is_empty() { Err(Refusal::KeyAlgorithm) } else { Ok(keys) }
    }
}

impl Key {
    fn read(key: Value, allowed: &[Algorithm]) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(key).ok().filter(may_verify)?;
        let algorithms = algorithms(&jwk).into_iter().filter(|algorithm| allowed.contains(algorithm));
        let algorithms: Vec<_> = algorithms.collect();
        let key = DecodingKey::from_jwk(&jwk).ok().filter(|_| !algorithms.is_empty())?;
        Some(Self { id: jwk.common.key_id, algorithms, key })
    }
}

/// Returns true if the key is for signatures, or if the issuer does not restrict it.
fn may_verify(jwk: &Jwk) -> bool {
    let is_for_signatures =
        jwk.common.public_key_use.as_ref().is_none_or(|purpose| *purpose == PublicKeyUse::Signature);
    let operations = jwk.common.key_operations.as_ref();
    is_for_signatures && operations.is_none_or(|operations| operations.contains(&KeyOperations::Verify))
}

/// Returns the algorithms of the key's type, or only the one that the key names. Symmetric keys have none.
fn algorithms(jwk: &Jwk) -> Vec<Algorithm> {
    let mut algorithms = match &jwk.algorithm {
        AlgorithmParameters::RSA(_) => jsonwebtoken::AlgorithmFamily::Rsa.algorithms().to_vec(),
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P256 => vec![Algorithm::ES256],
        AlgorithmParameters::EllipticCurve(key) if key.curve == EllipticCurve::P384 => vec![Algorithm::ES384],
        AlgorithmParameters::OctetKeyPair(key) if key.curve == EllipticCurve::Ed25519 => {
            vec![Algorithm::EdDSA]
        }
        _ => Vec::new(),
    };
    if let Some(named) = jwk.common.key_algorithm {
        algorithms.retain(|algorithm| named == (*algorithm).into());
    }
    algorithms
}

#[cfg(test)]
mod tests;
