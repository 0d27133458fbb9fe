//! The first steps of a user, from an empty folder to edits while everything runs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod edits;
mod first_five_minutes;
mod isolation;
mod your_own_table;
mod your_repository;
