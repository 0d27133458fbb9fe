//! Workers against a stand-in for AWS, with the real SDK clients, in virtual time.
#![allow(clippy::unwrap_used)]

mod crash;
mod damage;
mod failures;
mod following;
mod lagging;
mod outage;
mod sharing;
mod switching;
mod tokens;
mod world;
