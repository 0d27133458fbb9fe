//! JSON text and values that lose nothing: numbers keep their digits, objects keep their order, errors name
//! the place. Pure: no I/O, no clock.
//!
//! # Layout
//! - `cursor`: reads JSON text in place, and skips the rest
//! - `value`: a JSON value that borrows its texts
//! - `located`: an error with the path to the value that caused it
//! - `pointer`: JSON Pointers (RFC 6901)
//! - `similar`: the word that an author probably meant

pub mod cursor;
pub mod located;
pub mod pointer;
pub mod similar;
pub mod value;
