//! What an operator does, and what survives faults.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod backfill;
mod incidents;
mod killed_functions;
mod permissions;
mod pipes_api;
mod redrive;
mod replay;
mod restart;
