//! NextToken: the last name of a page, in a form that callers cannot take for a name.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

use super::super::error::ApiError;

const PREFIX: &str = "pipes after ";

pub fn after(name: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(format!("{PREFIX}{name}"))
}

/// Returns the name. Rejects a token that this server did not create.
pub fn read(token: &str) -> Result<String, ApiError> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let name = text.as_deref().and_then(|text| text.strip_prefix(PREFIX)).map(str::to_owned);
    name.ok_or_else(|| {
        ApiError::invalid("NextToken is not one of this API: repeat the first call without it")
    })
}
