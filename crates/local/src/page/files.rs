use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::addresses::Addresses;
use crate::assets;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The text of a file in the folder `page`.
macro_rules! page {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/page/", $name))
    };
}

const INDEX: &str = page!("index.html");

/// The name, the media type and the text of each file.
const FILES: [(&str, &str, &str); 24] = [
    ("look.css", CSS, tablecast_catalogue::SHARED_STYLE),
    ("style.css", CSS, page!("style.css")),
    ("live.css", CSS, page!("live.css")),
    ("side.css", CSS, page!("side.css")),
    ("events.css", CSS, page!("events.css")),
    ("connection.js", SCRIPT, page!("connection.js")),
    ("dynamodb.js", SCRIPT, page!("dynamodb.js")),
    ("earlier.js", SCRIPT, page!("earlier.js")),
    ("element.js", SCRIPT, page!("element.js")),
    ("event-texts.js", SCRIPT, page!("event-texts.js")),
    ("events.js", SCRIPT, page!("events.js")),
    ("filter.js", SCRIPT, page!("filter.js")),
    ("history.js", SCRIPT, page!("history.js")),
    ("items.js", SCRIPT, page!("items.js")),
    ("json.js", SCRIPT, page!("json.js")),
    ("lag.js", SCRIPT, page!("lag.js")),
    ("latency.js", SCRIPT, page!("latency.js")),
    ("main.js", SCRIPT, page!("main.js")),
    ("pipes.js", SCRIPT, page!("pipes.js")),
    ("rejected.js", SCRIPT, page!("rejected.js")),
    ("row.js", SCRIPT, page!("row.js")),
    ("subscription.js", SCRIPT, page!("subscription.js")),
    ("tablecast-client.js", SCRIPT, page!("tablecast-client.js")),
    ("write.js", SCRIPT, page!("write.js")),
];

/// The files of the page.
pub struct Files {
    /// The servers that the scripts may call: only this machine.
    connect_src: String,
}

impl Files {
    pub fn new(addresses: &Addresses) -> Self {
        Self { connect_src: format!("'self' {}", addresses.dynamodb()) }
    }

    pub fn index(&self) -> Response {
        self.file(HTML, INDEX)
    }

    fn file(&self, media_type: &str, text: &str) -> Response {
        assets::file(media_type, &self.connect_src, text.to_owned())
    }
}

pub async fn respond(State(files): State<Arc<Files>>, Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(file, ..)| *file == name) {
        Some((_, media_type, text)) => files.file(media_type, text),
        None => (StatusCode::NOT_FOUND, "the page has no such file\n").into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::ffi::OsString;

    use super::*;

    #[test]
    fn each_file_of_the_folder_is_served() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/page");
        let existing = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name());
        let served = FILES.iter().map(|(name, ..)| *name).chain(["index.html"]);
        let served = served.filter(|name| *name != "look.css").map(OsString::from);
        assert_eq!(existing.collect::<BTreeSet<_>>(), served.collect());
    }
}
