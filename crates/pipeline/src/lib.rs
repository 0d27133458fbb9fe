//! The rules of tablecast, pure: no clock, no network, no AWS crate. Data goes in, data comes out.
pub mod attribute;
pub mod definition;
pub mod element;
pub mod enrich;
pub mod event;
pub mod expression;
pub mod folder;
mod json;
pub mod located;
pub mod pipe;
pub mod problem;
pub mod record;
pub mod schema;
pub mod subject;
pub mod template;
pub mod value;
