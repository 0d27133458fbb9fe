//! The page for developers. It shows events and rejected records, and can write changes.
//!
//! The page is a client like any other: it uses a WebSocket and the DynamoDB API.
//!
//! # Layout
//! - `files`: the files of the page
//! - `description`: the pipes, and example writes for their events
//! - `pipe_status`: the counters of the pipes, filtered records, and problems of the pipe files
//! - `token_endpoint`: tokens for the page only

mod description;
mod files;
mod pipe_status;
mod token_endpoint;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, UPGRADE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tablecast_tokens::development::Issuer;

use crate::addresses::Addresses;
use crate::current::Current;
use crate::options::Options;
use crate::pipe_file::PipeFile;
use description::Description;
use files::Files;
use token_endpoint::TokenEndpoint;

pub use pipe_status::PipeStatus;

/// The page of one machine. Clones share its data.
#[derive(Clone)]
pub struct Page {
    files: Arc<Files>,
    /// A JSON text.
    description: Current<String>,
    /// Only with an issuer.
    tokens: Current<Option<TokenEndpoint>>,
}

impl Page {
    /// Creates the page. With an issuer, it gets tokens.
    pub fn new(
        options: &Options,
        addresses: &Addresses,
        pipes: &[PipeFile],
        issuer: Option<Arc<Issuer>>,
    ) -> Self {
        let (description, tokens) = content(options, addresses, pipes, issuer);
        let files = Arc::new(Files::new(addresses));
        Self { files, description: Current::new(description), tokens: Current::new(tokens) }
    }

    /// Shows other pipes. An open page asks for them when it sees another number of `PipeStatus`.
    pub fn replace(
        &self,
        options: &Options,
        addresses: &Addresses,
        pipes: &[PipeFile],
        issuer: Option<Arc<Issuer>>,
    ) {
        let (description, tokens) = content(options, addresses, pipes, issuer);
        self.description.replace(description);
        self.tokens.replace(tokens);
    }

    /// Serves everything except the page itself: see [`Page::serve_at_root`].
    pub fn router(&self) -> Router {
        Router::new()
            .route("/page/{file}", get(files::respond).with_state(self.files.clone()))
            .route("/page/machine.json", get(describe).with_state(self.description.clone()))
            .route("/@issuer/token", post(token_endpoint::respond).with_state(self.tokens.clone()))
    }

    /// Serves the page at `/` to requests without an upgrade, because clients open their WebSocket there.
    pub async fn serve_at_root(State(page): State<Self>, request: Request, next: Next) -> Response {
        let is_read = [Method::GET, Method::HEAD].contains(request.method());
        let is_upgrade = request.headers().contains_key(UPGRADE);
        match is_read && request.uri().path() == "/" && !is_upgrade {
            true => page.files.index(),
            false => next.run(request).await,
        }
    }
}

fn content(
    options: &Options,
    addresses: &Addresses,
    pipes: &[PipeFile],
    issuer: Option<Arc<Issuer>>,
) -> (String, Option<TokenEndpoint>) {
    let key_id = issuer.as_ref().map(|issuer| issuer.key_id());
    let description = Description::new(options, addresses, pipes, key_id);
    let grants = pipes.iter().map(|pipe| (pipe.name.clone(), pipe.grants.clone())).collect();
    // Serialization cannot fail: all keys are strings.
    let description = serde_json::to_string(&description).unwrap_or_default();
    (description, issuer.map(|issuer| TokenEndpoint::new(issuer, grants)))
}

async fn describe(State(description): State<Current<String>>) -> Response {
    ([(CONTENT_TYPE, "application/json")], description.get().to_string()).into_response()
}
