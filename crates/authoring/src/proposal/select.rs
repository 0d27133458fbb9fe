//! Selects the properties of a kind of item.
//!
//! # Layout
//! - `context`: the location of a value
//! - `selector`: selects the members of items and maps
//! - `value`: chooses the type of a value

mod context;
mod selector;
mod value;

use super::bookkeeping::Bookkeeping;
use super::cel_path::CelPath;
use super::quoting::{is_printable, printed};
use super::sample::Key;
use super::selection::{Omission, OmissionReason, Selection};
use super::stats::Stats;
use super::yaml_text::yaml_line;
use context::Context;
use selector::Selector;

/// The limit for the names that a changed event compares, because they stand in one expression.
const MAX_NAMES_LENGTH: usize = 1_500;
const QUOTES_AND_COMMA: usize = 4;

/// Selects from the attributes of items. The attributes of the key come first.
pub fn select(mut items: Stats, key: &Key) -> Selection {
    let path = CelPath::root("item");
    let mut selector = Selector::default();
    selector.0.omissions = take_bookkeeping(&mut items, key);
    selector.members(&items, Context { path: &path, name: "", label: "", depth: 0, is_in_array: false }, "");
    let mut selection = selector.0;
    selection
        .properties
        .sort_by_key(|property| key.names().position(|name| name == property.name).unwrap_or(usize::MAX));
    shorten(&mut selection);
    selection
}

/// Removes the attributes that AWS and libraries add, except keys.
fn take_bookkeeping(items: &mut Stats, key: &Key) -> Vec<Omission> {
    let mut omissions = Vec::new();
    let maps = items.maps;
    items.members.retain(|name, stats| {
        let bookkeeping = Bookkeeping::of(name, stats).filter(|_| key.names().all(|key| key != name));
        omissions.extend(bookkeeping.map(|it| omission(name, stats.count < maps, it)));
        bookkeeping.is_none()
    });
    omissions
}

fn omission(name: &str, is_optional: bool, bookkeeping: Bookkeeping) -> Omission {
    let has_line = bookkeeping != Bookkeeping::Replication && is_printable(name);
    let expression = CelPath::root("item").member(name, is_optional).to_string();
    Omission {
        path: printed(name),
        line: has_line.then(|| yaml_line(name, &expression)),
        reason: OmissionReason::Bookkeeping(bookkeeping),
    }
}

/// Omits properties that do not fit the expression of a changed event.
fn shorten(selection: &mut Selection) {
    let mut length = 0;
    let fitting = selection.properties.iter().take_while(|property| {
        length += property.name.chars().count() + QUOTES_AND_COMMA;
        length <= MAX_NAMES_LENGTH
    });
    let omitted = selection.properties.split_off(fitting.count());
    selection.omissions.extend(omitted.into_iter().map(|property| Omission {
        path: property.name,
        line: None,
        reason: OmissionReason::TooLong,
    }));
}
