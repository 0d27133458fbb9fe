//! The rules of tablecast, pure: no clock, no network, no AWS crate. Data goes in, data comes out.
pub mod definition;
pub mod element;
pub mod subject;
