//! Keys of every algorithm, which sign tokens.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64;
use ring::hmac;
use ring::rand::SystemRandom;
use ring::rsa::{KeyPairComponents, PublicKeyComponents};
use ring::signature::{
    self, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair, RsaEncoding, RsaKeyPair,
};
use serde_json::{Value, json};

/// The example key of RFC 7515, appendix A.2.1. ring cannot generate RSA keys.
const RSA: &str = include_str!("rfc7515-a2.json");

pub enum Signer {
    Ecdsa(EcdsaKeyPair, &'static str, &'static str),
    Ed25519(Ed25519KeyPair),
    Rsa(&'static str, &'static dyn RsaEncoding),
    Hmac(hmac::Key, &'static str),
}

impl Signer {
    pub fn es256() -> Self {
        Self::ecdsa(&signature::ECDSA_P256_SHA256_FIXED_SIGNING, "ES256", "P-256")
    }

    pub fn es384() -> Self {
        Self::ecdsa(&signature::ECDSA_P384_SHA384_FIXED_SIGNING, "ES384", "P-384")
    }

    fn ecdsa(algorithm: &'static EcdsaSigningAlgorithm, name: &'static str, curve: &'static str) -> Self {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        Self::Ecdsa(EcdsaKeyPair::from_pkcs8(algorithm, key.as_ref(), &random).unwrap(), name, curve)
    }

    pub fn eddsa() -> Self {
        let key = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        Self::Ed25519(Ed25519KeyPair::from_pkcs8(key.as_ref()).unwrap())
    }

    pub fn rsa(algorithm: &'static str) -> Self {
        let encoding: &'static dyn RsaEncoding = match algorithm {
            "RS256" => &signature::RSA_PKCS1_SHA256,
            "RS384" => &signature::RSA_PKCS1_SHA384,
            "RS512" => &signature::RSA_PKCS1_SHA512,
            "PS256" => &signature::RSA_PSS_SHA256,
            "PS384" => &signature::RSA_PSS_SHA384,
            "PS512" => &signature::RSA_PSS_SHA512,
            other => panic!("unsupported RSA algorithm {other}"),
        };
        Self::Rsa(algorithm, encoding)
    }

    pub fn hmac(secret: &[u8], algorithm: &'static str) -> Self {
        let hash = if algorithm == "HS384" { hmac::HMAC_SHA384 } else { hmac::HMAC_SHA256 };
        Self::Hmac(hmac::Key::new(hash, secret), algorithm)
    }

    pub fn algorithm(&self) -> &'static str {
        match self {
            Self::Ecdsa(_, name, _) | Self::Rsa(name, _) | Self::Hmac(_, name) => name,
            Self::Ed25519(_) => "EdDSA",
        }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Ecdsa(key, ..) => key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            Self::Hmac(key, _) => hmac::sign(key, message).as_ref().to_vec(),
            Self::Rsa(_, encoding) => {
                let key = rsa_key();
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(*encoding, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
        }
    }

    /// Returns the public key as an entry of a key set.
    pub fn jwk(&self, id: &str) -> Value {
        match self {
            Self::Ecdsa(key, _, curve) => {
                let point = &key.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                json!({"kty": "EC", "crv": curve, "kid": id, "x": BASE64.encode(x), "y": BASE64.encode(y)})
            }
            Self::Ed25519(key) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": BASE64.encode(key.public_key())})
            }
            Self::Rsa(..) => json!({"kty": "RSA", "kid": id, "n": rsa()["n"], "e": rsa()["e"]}),
            Self::Hmac(..) => panic!("a secret does not belong in a key set"),
        }
    }
}

pub fn rsa() -> Value {
    serde_json::from_str(RSA).unwrap()
}

fn rsa_key() -> RsaKeyPair {
    let key = rsa();
    let part = |name: &str| BASE64.decode(key[name].as_str().unwrap()).unwrap();
    let public_key = PublicKeyComponents { n: part("n"), e: part("e") };
    let (d, p, q) = (part("d"), part("p"), part("q"));
    let (dp, dq, qi) = (part("dp"), part("dq"), part("qi"));
    let parts = KeyPairComponents { public_key, d, p, q, dP: dp, dQ: dq, qInv: qi };
    RsaKeyPair::from_components(&parts).unwrap()
}
