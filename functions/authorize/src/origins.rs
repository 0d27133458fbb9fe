//! Which web pages may connect. No browser keeps a page of another origin from opening a WebSocket.

use crate::event::AuthorizerEvent;

/// Whole origins, compared as they are.
#[derive(Debug)]
pub struct Origins {
    listed: Vec<String>,
    /// Programs send no `Origin`.
    without: bool,
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum OriginsError {
    #[error(
        "the environment variable ORIGINS is not set: the origins of web pages that may connect, and - for clients that are no browsers"
    )]
    Missing,
    #[error(
        "ORIGINS: {0:?} is neither - nor an origin such as https://app.example.com, in lower case, without a path or a usual port"
    )]
    NotAnOrigin(String),
}

#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAdmitted {
    #[error("it sends no Origin, and ORIGINS has no -")]
    NoOrigin,
    #[error("its Origin {0:?} is not in ORIGINS")]
    Unlisted(String),
    #[error("it sends several Origins")]
    Several,
}

/// Longest origin that is logged, in characters.
const LOGGED: usize = 200;

impl Origins {
    /// From a comma list.
    pub fn parse(list: &str) -> Result<Self, OriginsError> {
        let entries: Vec<_> = list.split(',').map(str::trim).filter(|entry| !entry.is_empty()).collect();
        if entries.is_empty() {
            return Err(OriginsError::Missing);
        }
        if let Some(bad) = entries.iter().find(|entry| **entry != "-" && !is_origin(entry)) {
            return Err(OriginsError::NotAnOrigin((*bad).to_owned()));
        }
        let listed = entries.iter().filter(|entry| **entry != "-").map(|entry| (*entry).to_owned());
        Ok(Self { listed: listed.collect(), without: entries.contains(&"-") })
    }

    pub fn admit(&self, event: &AuthorizerEvent) -> Result<(), NotAdmitted> {
        let mut sent = event.header("origin");
        match (sent.next(), sent.next()) {
            (None, _) if self.without => Ok(()),
            (None, _) => Err(NotAdmitted::NoOrigin),
            (Some(origin), None) if self.listed.iter().any(|listed| listed == origin) => Ok(()),
            (Some(origin), None) => Err(NotAdmitted::Unlisted(origin.chars().take(LOGGED).collect())),
            (Some(_), Some(_)) => Err(NotAdmitted::Several),
        }
    }
}

/// As browsers write origins (RFC 6454, section 6.2): what is written otherwise would never match.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let usual_port = if scheme == "https" { ":443" } else { ":80" };
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
    matches!(scheme, "https" | "http")
        && !authority.is_empty()
        && authority.bytes().all(is_plain)
        && !authority.ends_with(usual_port)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const LIST: &str = "https://app.example.com, http://localhost:5173";

    fn admitted(list: &str, origins: &[&str]) -> Result<(), NotAdmitted> {
        let headers = if origins.is_empty() { json!({}) } else { json!({"origin": origins}) };
        let event = json!({"methodArn": "arn", "requestContext": {"connectionId": "a="}, "multiValueHeaders": headers});
        Origins::parse(list).unwrap().admit(&serde_json::from_value(event).unwrap())
    }

    #[test]
    fn a_listed_origin_is_admitted() {
        assert_eq!(admitted(LIST, &["https://app.example.com"]), Ok(()));
        assert_eq!(admitted(LIST, &["http://localhost:5173"]), Ok(()));
    }

    /// A15: cross-site WebSocket hijacking, with origins that only resemble a listed one.
    #[test]
    fn an_origin_that_only_resembles_a_listed_one_is_not_admitted() {
        for origin in [
            "https://app.example.com.evil.io",
            "https://evil.io/https://app.example.com",
            "https://app.example.com@evil.io",
            "https://evilapp.example.com",
            "https://app-example.com",
            "https://example.com",
            "https://app.example.com:8443",
            "https://app.example.com:443",
            "https://app.example.com/",
            "http://app.example.com",
            "HTTPS://APP.EXAMPLE.COM",
            "https://app.example.com http://localhost:5173",
            "http://localhost:51730",
            "null",
            "-",
            "*",
            "",
        ] {
            assert_eq!(admitted(LIST, &[origin]), Err(NotAdmitted::Unlisted(origin.to_owned())), "{origin}");
            assert!(admitted("-", &[origin]).is_err(), "{origin}: a page is not a program");
        }
    }

    #[test]
    fn a_client_without_an_origin_is_admitted_only_where_that_is_listed() {
        assert_eq!(admitted(LIST, &[]), Err(NotAdmitted::NoOrigin));
        assert_eq!(admitted(&format!("{LIST},-"), &[]), Ok(()));
        assert_eq!(admitted("-", &[]), Ok(()));
    }

    #[test]
    fn two_origins_are_refused_even_if_both_are_listed() {
        let both = ["https://app.example.com", "http://localhost:5173"];
        assert_eq!(admitted(LIST, &both), Err(NotAdmitted::Several));
    }

    #[test]
    fn a_list_that_could_never_match_or_would_match_too_much_is_refused() {
        for list in ["", " ", ","] {
            assert_eq!(Origins::parse(list).unwrap_err(), OriginsError::Missing, "{list:?}");
        }
        for entry in [
            "*",
            "null",
            "app.example.com",
            "https://*.example.com",
            "https://app.example.com/",
            "https://App.example.com",
            "https://app.example.com:443",
            "http://app.example.com:80",
            "https://a@b",
            "wss://app.example.com",
            "https://",
        ] {
            let error = Origins::parse(&format!("{LIST},{entry}")).unwrap_err();
            assert_eq!(error, OriginsError::NotAnOrigin(entry.to_owned()));
        }
    }
}
