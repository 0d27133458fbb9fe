//! The web pages that may use the local mode.
//!
//! A page that may connect still needs a token. A page that may use the database can read and write all
//! tables, so a page of another loopback port cannot: it may belong to another program.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::ORIGIN;
use tablecast_pipes::loopback::is_loopback_origin;
use tracing::warn;

/// The number of origins whose refusal is logged. A page can retry for ever, but only its first refusal is
/// news.
const MAX_LOGGED: usize = 100;
const MAX_LOGGED_CHARACTERS: usize = 200;

/// Clones share what was logged.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    listed: Arc<[String]>,
    logged: Arc<Mutex<BTreeSet<String>>>,
}

/// The `Origin` of a request. Browsers send one for each WebSocket and for each request to another origin.
enum Sender<'a> {
    Program,
    Page(&'a str),
    /// Several origins, or one that is no text.
    Unknown,
}

impl Origins {
    /// Lists origins as browsers write them.
    pub fn listing(origins: impl IntoIterator<Item = String>) -> Self {
        Self { listed: origins.into_iter().collect(), logged: Arc::default() }
    }

    /// Accepts programs, listed pages, and all pages of this machine.
    pub fn may_connect(&self, headers: &HeaderMap) -> bool {
        match sender(headers) {
            Sender::Program => true,
            Sender::Page(origin) => is_loopback_origin(origin) || self.lists(origin),
            Sender::Unknown => false,
        }
    }

    /// Accepts programs and listed pages.
    pub fn may_use_database(&self, headers: &HeaderMap) -> bool {
        match sender(headers) {
            Sender::Program => true,
            Sender::Page(origin) => self.lists(origin),
            Sender::Unknown => false,
        }
    }

    /// Logs a refusal and its remedy, once for each origin and each purpose.
    pub fn log_refusal(&self, headers: &HeaderMap, purpose: &str) {
        let origin = match sender(headers) {
            Sender::Page(origin) => origin.chars().take(MAX_LOGGED_CHARACTERS).collect::<String>(),
            _ => "several or unreadable values".to_owned(),
        };
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.len() < MAX_LOGGED && logged.insert(format!("{purpose} {origin}")) {
            let origin = origin.escape_debug();
            warn!("refused a web page of {origin} {purpose}; if it is yours, start with --origin {origin}");
        }
    }

    fn lists(&self, origin: &str) -> bool {
        self.listed.iter().any(|listed| listed == origin)
    }
}

fn sender(headers: &HeaderMap) -> Sender<'_> {
    let mut origins = headers.get_all(ORIGIN).iter();
    match (origins.next().map(|origin| origin.to_str()), origins.next()) {
        (None, _) => Sender::Program,
        (Some(Ok(origin)), None) => Sender::Page(origin),
        _ => Sender::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(origins: &[&str]) -> HeaderMap {
        origins.iter().map(|origin| (ORIGIN, origin.parse().unwrap())).collect()
    }

    #[test]
    fn pages_of_this_machine_may_connect_but_not_use_the_database() {
        let origins = Origins::listing(["https://app.example.com".to_owned()]);
        let may =
            |sent: &[&str]| (origins.may_connect(&headers(sent)), origins.may_use_database(&headers(sent)));
        assert_eq!(may(&[]), (true, true), "a program");
        assert_eq!(may(&["https://app.example.com"]), (true, true));
        assert_eq!(may(&["http://localhost:5173"]), (true, false));
        for bad in ["null", "https://example.com", "https://app.example.com.evil", "https://app.example.com/"]
        {
            assert_eq!(may(&[bad]), (false, false), "{bad}");
        }
        assert_eq!(may(&["https://app.example.com", "https://app.example.com"]), (false, false), "two");
    }

    #[test]
    fn a_refusal_is_logged_once_for_each_origin_and_purpose() {
        let origins = Origins::default();
        for _ in 0..3 {
            origins.log_refusal(&headers(&["http://a.example"]), "at the database");
            origins.log_refusal(&headers(&["http://b.example"]), "at the database");
        }
        assert_eq!(origins.logged.lock().unwrap().len(), 2);
        for index in 0..200 {
            origins.log_refusal(&headers(&[&format!("http://{index}.example")]), "at the database");
        }
        assert_eq!(origins.logged.lock().unwrap().len(), MAX_LOGGED);
    }
}
