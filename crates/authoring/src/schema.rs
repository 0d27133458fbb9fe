//! What a schema document says, without compiling it: its keywords, and what can stand at a location.

mod keyword;
mod location;

pub use keyword::{Keyword, keyword};
pub use location::{Library, Node, Place, Rest};
