//! The report for an operator.
//!
//! # Layout
//! - `line`: a record; `lost`: a dead letter without its records; `unread`: one whose shard could not be read;
//!   `place`: what both have
//! - `summary`: the counts
//! - `text`: all of them in words. As JSON, each is a line

mod line;
mod lost;
mod place;
mod summary;
mod text;
mod unread;

use std::io;

pub use crate::outcome::Outcome;
pub use line::{Line, Place};
pub use lost::{Known, Lost};
pub use place::LetterPlace;
pub use summary::Summary;
pub use text::{line_text, lost_text, summary_text, unread_text};
pub use unread::Unread;

/// Where a report goes.
pub trait Output {
    fn line(&mut self, line: &Line) -> io::Result<()>;
    fn lost(&mut self, lost: &Lost) -> io::Result<()>;
    fn unread(&mut self, unread: &Unread) -> io::Result<()>;
    /// Called after each record.
    fn progress(&mut self, summary: &Summary);
    fn note(&mut self, text: &str);
}
