//! What `tablecast publish` writes, over HTTP: `/catalogue/`, `/asyncapi.json`, and each schema at its `$id`'s path.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use tablecast_catalogue::{File, Places, Tokens, files};
use tablecast_definitions::folder;
use tablecast_definitions::problem::{self, Source};
use tracing::warn;

use crate::machine::{Addresses, BUS_NAME};
use crate::options::{Auth, Options};
use crate::served;

/// Where the page is; without the slash its links would lead elsewhere.
const PAGE: &str = "/catalogue/";

/// Files by their paths. Clones are the same.
#[derive(Clone)]
pub struct Catalogue(Arc<BTreeMap<String, File>>);

impl Catalogue {
    /// Of pipe files and schemas that events can be made of. Where they cannot be published, there is nothing, and a warning.
    pub fn of(options: &Options, addresses: &Addresses) -> Self {
        let published = read(options).and_then(|(pipes, schemas)| {
            files(&pipes, &schemas, &places(options, addresses)).map_err(|problems| problem::lines(&problems))
        });
        let files = published.unwrap_or_else(|reason| {
            warn!("there is no catalogue; `tablecast check` tells what to do: {reason}");
            Vec::new()
        });
        Self(Arc::new(files.into_iter().map(|file| (format!("/{}", file.path), file)).collect()))
    }

    /// For every path that nothing else has.
    pub fn router(&self) -> Router {
        let files: MethodRouter =
            get(answer).fallback(async || StatusCode::NOT_FOUND).with_state(self.clone());
        Router::new().route("/catalogue", get(async || to_the_page())).fallback_service(files)
    }

    fn file(&self, path: &str) -> Option<&File> {
        let path = if path == PAGE { "/catalogue/index.html" } else { path };
        self.0.get(path)
    }
}

async fn answer(State(catalogue): State<Catalogue>, uri: Uri) -> Response {
    match catalogue.file(uri.path()) {
        Some(file) => served::file(file.media_type, "'none'", file.content.clone()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn to_the_page() -> Response {
    (StatusCode::PERMANENT_REDIRECT, [(LOCATION, PAGE)]).into_response()
}

fn read(options: &Options) -> Result<(Vec<Source>, Vec<Source>), String> {
    let of = |folder, extension| folder::read(folder, extension).map_err(|error| error.to_string());
    Ok((of(&options.pipes, "yaml")?, of(&options.schemas, "json")?))
}

fn places(options: &Options, addresses: &Addresses) -> Places {
    let data = options.data.as_deref().map(|folder| format!(" --data {}", folder.display()));
    let tokens = match options.auth {
        Auth::Jwt { .. } => Tokens::Development { arguments: data.unwrap_or_default() },
        Auth::None => Tokens::None,
    };
    Places { socket: addresses.clients(), bus: BUS_NAME.to_owned(), tokens, live_page: true }
}
