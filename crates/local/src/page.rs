//! A page to look at: events as they come, what was rejected, and a form that writes a change.
//!
//! It is a client like any other: a WebSocket, and the DynamoDB API. What only this machine can tell it, is here.
//!
//! # Layout
//! - `files`: the page itself, and what it may do
//! - `description`: which pipes there are, and an example of each of their events
//! - `token`: tokens for the page, and for no other

mod description;
mod files;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::http::header::{CONTENT_TYPE, UPGRADE};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tablecast_tokens::development::Issuer;

use crate::machine::{Addresses, PipeFile};
use crate::options::Options;
use description::Description;
use files::Files;
use token::Desk;

/// The page of one machine. Clones are the same page.
#[derive(Clone)]
pub struct Page(Arc<Parts>);

struct Parts {
    files: Files,
    /// JSON.
    description: String,
    /// Where nobody needs a token, nobody gets one.
    desk: Option<Desk>,
}

impl Page {
    /// `issuer`: whose tokens count, if any are asked for.
    pub fn new(options: &Options, addresses: &Addresses, pipes: &[PipeFile], issuer: Option<Issuer>) -> Self {
        // Nothing in it can fail to be written.
        let description =
            serde_json::to_string(&Description::of(options, addresses, pipes)).unwrap_or_default();
        let grants = pipes.iter().map(|pipe| (pipe.name.clone(), pipe.grants.clone())).collect();
        let desk = issuer.map(|issuer| Desk::new(issuer, grants));
        Self(Arc::new(Parts { files: Files::new(addresses), description, desk }))
    }

    /// Everything but the page itself, which is where clients find the WebSocket: see [`Page::at_the_root`].
    pub fn router(&self) -> Router {
        let router = Router::new()
            .route("/page/{file}", get(files::answer))
            .route("/page/machine.json", get(describe))
            .route("/@issuer/token", post(token::answer));
        router.with_state(self.clone())
    }

    /// What asks for `/` and for no WebSocket, gets the page.
    pub async fn at_the_root(State(page): State<Self>, request: Request, next: Next) -> Response {
        let is_read = [Method::GET, Method::HEAD].contains(request.method());
        let wants_upgrade = request.headers().contains_key(UPGRADE);
        match is_read && request.uri().path() == "/" && !wants_upgrade {
            true => page.0.files.index(),
            false => next.run(request).await,
        }
    }
}

async fn describe(State(page): State<Page>) -> Response {
    ([(CONTENT_TYPE, "application/json")], page.0.description.clone()).into_response()
}
