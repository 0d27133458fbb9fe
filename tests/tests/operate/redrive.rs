//! `tablecast redrive`: rejected records and dead letters become events, with the functions of the local mode.
//!
//! # Layout
//! - `setup`: a local mode with other pipe files, and a run of the command
//! - `rejected`: rejected records; `dead_letters`: dead letters; `rebuild`: events of an item

mod dead_letters;
mod rebuild;
mod rejected;
mod setup;
