//! Changes an input.
//!
//! # Layout
//! - `json`: changes of the values of a document; `pick`: chooses them
//! - `lines`: changes of a text
//! - `odd`: values and letters that parsers often forget

mod json;
mod lines;
mod odd;
mod pick;

use fastrand::Rng;

use crate::target::{Form, Target};

/// Returns a changed input of limited size. It can contain parts of another input.
pub fn mutated(rng: &mut Rng, target: &Target, input: &str, other: &str, max: usize) -> String {
    let words = target.words.concat();
    let structured =
        (target.form == Form::Json && rng.u8(..4) > 0).then(|| json::changed(rng, input, other, &words));
    let mut changed = structured.flatten().unwrap_or_else(|| lines::changed(rng, input, other, &words));
    changed.truncate(changed.floor_char_boundary(max));
    changed
}
