//! The page for people: plain HTML, two style sheets, and a script for the copy buttons. Every text of a pipe
//! file or a schema goes through [`escape::Escaped`].
//!
//! # Layout
//! - `event`: an event with its versions, its source and an example
//! - `fields`: the table of an event's data
//! - `subscribing`: examples of how to subscribe, and to load a state; `terraform`: an EventBridge rule with a target
//! - `bus`: how to receive from the bus; `types`: commands that generate types
//! - `escape`: text in HTML, and code to copy

mod bus;
mod escape;
mod event;
mod fields;
mod subscribing;
mod terraform;
mod types;

use crate::contents::{Contents, Event};
use crate::file::File;
use escape::Escaped;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The style that the catalogue shares with the pages of the local mode.
pub const SHARED_STYLE: &str = include_str!("../page/look.css");

pub fn files(contents: &Contents<'_>) -> Vec<File> {
    vec![
        File::new("catalogue/index.html", HTML, index(contents)),
        File::new("catalogue/look.css", CSS, SHARED_STYLE.to_owned()),
        File::new("catalogue/style.css", CSS, include_str!("../page/style.css").to_owned()),
        File::new("catalogue/copy.js", SCRIPT, include_str!("../page/copy.js").to_owned()),
    ]
}

fn index(contents: &Contents<'_>) -> String {
    let article = |event: &Event<'_>| event::article(contents, event);
    let live = if contents.deployment.live_page { "<a href=\"/\">Live</a>\n        " } else { "" };
    format!(
        include_str!("../page/index.html"),
        live = live,
        names = contents.events.iter().map(link).collect::<String>(),
        control_names = contents.controls.iter().map(link).collect::<String>(),
        bus = bus::section(contents),
        events = contents.events.iter().map(article).collect::<String>(),
        controls = contents.controls.iter().map(article).collect::<String>(),
    )
}

/// Returns a line of the navigation.
fn link(event: &Event<'_>) -> String {
    let event_type = Escaped(event.event_type);
    let note = if event.is_deprecated() { " <span class=\"quiet\">deprecated</span>" } else { "" };
    format!("<li><a href=\"#{event_type}\">{event_type}</a>{note}</li>\n")
}
