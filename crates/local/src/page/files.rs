use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::Page;
use crate::machine::Addresses;
use crate::served;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file of the folder `page`.
macro_rules! page {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/page/", $name))
    };
}

const INDEX: &str = page!("index.html");

/// Name, kind, text.
const FILES: [(&str, &str, &str); 17] = [
    ("look.css", CSS, tablecast_catalogue::LOOK),
    ("style.css", CSS, page!("style.css")),
    ("live.css", CSS, page!("live.css")),
    ("side.css", CSS, page!("side.css")),
    ("events.css", CSS, page!("events.css")),
    ("connection.js", SCRIPT, page!("connection.js")),
    ("dynamodb.js", SCRIPT, page!("dynamodb.js")),
    ("element.js", SCRIPT, page!("element.js")),
    ("events.js", SCRIPT, page!("events.js")),
    ("filter.js", SCRIPT, page!("filter.js")),
    ("json.js", SCRIPT, page!("json.js")),
    ("lateness.js", SCRIPT, page!("lateness.js")),
    ("listening.js", SCRIPT, page!("listening.js")),
    ("main.js", SCRIPT, page!("main.js")),
    ("rejected.js", SCRIPT, page!("rejected.js")),
    ("row.js", SCRIPT, page!("row.js")),
    ("write.js", SCRIPT, page!("write.js")),
];

/// The page's files.
pub struct Files {
    /// This machine, and nobody else.
    talks_to: String,
}

impl Files {
    pub fn new(addresses: &Addresses) -> Self {
        Self { talks_to: format!("'self' {}", addresses.dynamodb()) }
    }

    pub fn index(&self) -> Response {
        self.file(HTML, INDEX)
    }

    fn file(&self, kind: &str, text: &str) -> Response {
        served::file(kind, &self.talks_to, text.to_owned())
    }
}

pub async fn answer(State(page): State<Page>, Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(file, ..)| *file == name) {
        Some((_, kind, text)) => page.0.files.file(kind, text),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn every_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
        let there = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        let served = FILES.iter().map(|(name, ..)| *name).chain(["index.html"]);
        let served = served.filter(|name| *name != "look.css").map(OsString::from);
        assert_eq!(there.collect::<BTreeSet<_>>(), served.collect());
    }
}
