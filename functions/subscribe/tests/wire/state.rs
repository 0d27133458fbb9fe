//! The state of subjects: what is in the tables now.
//!
//! # Layout
//! - `shop`: a function whose pipes have state, and its tables
//! - `items`: which items are state, and the form of their events
//! - `access`: who may have the state of which subjects
//! - `pages`: more than one message can send; `limits`: quotas and rates
//! - `races`: changes meanwhile; `folding`: random changes in virtual time; `crashes`: the function ends at any request
//! - `failures`: tables, tokens and clients that fail

mod access;
mod crashes;
mod failures;
mod folding;
mod items;
mod limits;
mod pages;
mod races;
mod shop;
