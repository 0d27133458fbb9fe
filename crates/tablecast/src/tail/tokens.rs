use std::sync::atomic::{AtomicBool, Ordering};

use tablecast_client::ClientBuilder;

use super::access::Access;

/// Lets the client connect with the token of this access. A later connection gets a new token of a local mode, if
/// the first one is from there: it expires after hours.
pub fn with_tokens(builder: ClientBuilder, access: &Access, url: &str) -> ClientBuilder {
    let Some(token) = access.token.clone() else { return builder };
    let (access, url, is_first) = (access.clone(), url.to_owned(), AtomicBool::new(true));
    builder.token(move || {
        let (access, url, token) = (access.clone(), url.clone(), token.clone());
        let is_first = is_first.swap(false, Ordering::Relaxed);
        async move {
            let renewed = if is_first { None } else { access.renewed(&url).await };
            Ok(renewed.unwrap_or(token))
        }
    })
}
