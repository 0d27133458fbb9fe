//! The files of `tablecast publish` over HTTP: `/catalogue/`, `/asyncapi.json`, and each schema at the path
//! of its `$id`.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tablecast_catalogue::{Bus, Deployment, File, Tokens, files};
use tablecast_definitions::folder;
use tablecast_definitions::problem::{self, DefinitionFile};
use tracing::warn;

use crate::addresses::Addresses;
use crate::assets;
use crate::names::{BUS_NAME, REGION};
use crate::options::{Auth, Options};

/// The path of the page. Its relative links need the final slash.
const PAGE: &str = "/catalogue/";

/// The published files by path. Clones share them.
#[derive(Clone)]
pub struct Catalogue(Arc<BTreeMap<String, File>>);

impl Catalogue {
    /// Publishes the pipe files and schemas. If they have problems, logs a warning and has no files.
    pub fn new(options: &Options, addresses: &Addresses) -> Self {
        let published = read(options).and_then(|(pipes, schemas)| {
            files(&pipes, &schemas, &deployment(options, addresses))
                .map_err(|problems| problem::lines(&problems))
        });
        let files = published.unwrap_or_else(|reason| {
            warn!("there is no catalogue; fix these problems, and check with `tablecast check`: {reason}");
            Vec::new()
        });
        Self(Arc::new(files.into_iter().map(|file| (format!("/{}", file.path), file)).collect()))
    }

    /// Serves all paths that no other router serves.
    pub fn router(&self) -> Router {
        let files: MethodRouter =
            get(respond).fallback(async || StatusCode::NOT_FOUND).with_state(self.clone());
        Router::new().route("/catalogue", get(async || redirect())).fallback_service(files)
    }

    fn file(&self, path: &str) -> Option<&File> {
        let path = if path == PAGE { "/catalogue/index.html" } else { path };
        self.0.get(path)
    }
}

async fn respond(State(catalogue): State<Catalogue>, uri: Uri) -> Response {
    match catalogue.file(uri.path()) {
        Some(file) => assets::file(file.media_type, "'none'", file.content.clone()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn redirect() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, PAGE)]).into_response()
}

fn read(options: &Options) -> Result<(Vec<DefinitionFile>, Vec<DefinitionFile>), String> {
    let files = |folder, extension| folder::read(folder, extension).map_err(|error| error.to_string());
    Ok((files(&options.pipes, "yaml")?, files(&options.schemas, "json")?))
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
