//! The catalogue: one page of plain HTML, two style sheets, and a script for its buttons. Every text that comes from a
//! file of somebody goes through [`escape::Escaped`].

mod escape;
mod event;
mod fields;
mod subscribing;

use crate::File;
use crate::contents::{Contents, Event};
use escape::Escaped;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The style that the catalogue shares with other pages.
pub const LOOK: &str = include_str!("../page/look.css");

pub fn files(contents: &Contents<'_>) -> Vec<File> {
    vec![
        File::new("catalogue/index.html", HTML, index(contents)),
        File::new("catalogue/look.css", CSS, LOOK.to_owned()),
        File::new("catalogue/style.css", CSS, include_str!("../page/style.css").to_owned()),
        File::new("catalogue/copy.js", SCRIPT, include_str!("../page/copy.js").to_owned()),
    ]
}

fn index(contents: &Contents<'_>) -> String {
    let article = |event: &Event<'_>| event::article(contents, event);
    let live = if contents.places.live_page { "<a href=\"/\">Live</a>\n        " } else { "" };
    format!(
        include_str!("../page/index.html"),
        live = live,
        names = contents.events.iter().map(name).collect::<String>(),
        control_names = contents.controls.iter().map(name).collect::<String>(),
        events = contents.events.iter().map(article).collect::<String>(),
        controls = contents.controls.iter().map(article).collect::<String>(),
    )
}

fn name(event: &Event<'_>) -> String {
    let event_type = Escaped(event.event_type);
    let note = if event.is_deprecated() { " <span class=\"quiet\">deprecated</span>" } else { "" };
    format!("<li><a href=\"#{event_type}\">{event_type}</a>{note}</li>\n")
}
