//! The files of `tablecast publish` over HTTP: `/catalogue/`, `/asyncapi.json`, and each schema at the path
//! of its `$id`.

use std::collections::BTreeMap;

use axum::Router;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tablecast_catalogue::{Bus, Deployment, File, Tokens, files};
use tablecast_definitions::problem;
use tracing::warn;

use crate::addresses::Addresses;
use crate::assets;
use crate::current::Current;
use crate::definitions::Definitions;
use crate::names::{BUS_NAME, REGION};
use crate::options::{Auth, Options};

/// The path of the page. Its relative links need the final slash.
const PAGE: &str = "/catalogue/";

/// The published files by path. Clones share them.
#[derive(Clone)]
pub struct Catalogue(Current<Files>);

type Files = BTreeMap<String, File>;

impl Catalogue {
    /// Publishes the pipe files and schemas. If they have problems, logs a warning and has no files.
    pub fn new(options: &Options, addresses: &Addresses, definitions: &Definitions) -> Self {
        Self(Current::new(publish(options, addresses, definitions)))
    }

    pub fn replace(&self, options: &Options, addresses: &Addresses, definitions: &Definitions) {
        self.0.replace(publish(options, addresses, definitions));
    }

    /// Serves all paths that no other router serves.
    pub fn router(&self) -> Router {
        let files: MethodRouter = get(respond).fallback(async || not_found()).with_state(self.clone());
        Router::new().route("/catalogue", get(async || redirect())).fallback_service(files)
    }

    fn file(&self, path: &str) -> Option<File> {
        let path = if path == PAGE { "/catalogue/index.html" } else { path };
        self.0.get().get(path).cloned()
    }
}

fn publish(options: &Options, addresses: &Addresses, definitions: &Definitions) -> Files {
    let published = files(&definitions.pipes, &definitions.schemas, &deployment(options, addresses));
    let files = published.unwrap_or_else(|problems| {
        let reason = problem::lines(&problems);
        warn!("there is no catalogue; fix these problems, and check with `tablecast check`: {reason}");
        Vec::new()
    });
    files.into_iter().map(|file| (format!("/{}", file.path), file)).collect()
}

async fn respond(State(catalogue): State<Catalogue>, uri: Uri) -> Response {
    match catalogue.file(uri.path()) {
        Some(file) => assets::file(file.media_type, "'none'", file.content),
        None => not_found(),
    }
}

fn not_found() -> Response {
    let body = "nothing is here; / is the page, /catalogue/ has the events and schemas, and /bus the events on the bus\n";
    (StatusCode::NOT_FOUND, body).into_response()
}

fn redirect() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, PAGE)]).into_response()
}

fn deployment(options: &Options, addresses: &Addresses) -> Deployment {
    let data = options.data.as_deref().map(|folder| format!(" --data {}", folder.display()));
    let tokens = match options.auth {
        Auth::Jwt => Tokens::Development { arguments: data.unwrap_or_default() },
        Auth::None => Tokens::None,
    };
    let arn = format!("arn:aws:events:{REGION}:000000000000:event-bus/{BUS_NAME}");
    let (bus, site) = (Bus::parse(&arn), Some(addresses.http()));
    Deployment { socket: addresses.clients(), bus, site, tokens, live_page: true }
}
