use serde::de::{DeserializeOwned, Error};

/// Reads a JSON object. On its own, serde reads a struct from a list of values, too. It refuses a name that occurs
/// twice, and a map does not.
pub fn object<T: DeserializeOwned>(text: &[u8]) -> serde_json::Result<T> {
    match text.trim_ascii_start().first() {
        Some(b'{') => serde_json::from_slice(text),
        _ => Err(serde_json::Error::custom("expected an object")),
    }
}
