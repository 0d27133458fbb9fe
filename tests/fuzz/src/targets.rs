//! All targets. Each file in `targets/` has one target with its properties.
//!
//! # Layout
//! - `json`: JSON text that our own cursor reads; `texts`: short texts, such as positions and times
//! - `subject`: subjects, patterns and sources
//! - `record`: batches of stream records; `element`: elements that dispatch receives from enrich
//! - `pipe_file`: pipe files; `expression`: expressions in CEL; `grant`: grants and claims; `schema`: schemas
//! - `pattern`: event patterns, compared with `pattern_reference`
//! - `message`: messages of clients; `session`: a server's events and a client's answers; `event`: one event
//! - `token`: tokens, of a `signer`; `claims`: their claims; `keys`: key sets and lists of issuers
//! - `log_item`, `connection_item`: items of tablecast's own tables
//! - `dead_letter`: the input of redrive: dead letters, the records of a shard, and rejected records
//! - `table_items`: items from which `new pipe` proposes files
//! - `connect_event`, `authorizer_event`: events that API Gateway delivers to functions, with what `gateway_event` has of both
//! - `pipes_api`: requests to the EventBridge Pipes API, `pipes_server`, compared with `pipes_model`
//! - `settings`: environment variables of functions
//! - `item`: words of DynamoDB's JSON; `repository`: the pipe files and schemas of this repository

mod authorizer_event;
mod claims;
mod connect_event;
mod connection_item;
mod dead_letter;
mod element;
mod event;
mod expression;
mod gateway_event;
mod grant;
mod item;
mod json;
mod keys;
mod log_item;
mod message;
mod pattern;
mod pattern_reference;
mod pipe_file;
mod pipes_api;
mod pipes_model;
mod pipes_server;
mod record;
mod repository;
mod schema;
mod session;
mod settings;
mod signer;
mod subject;
mod table_items;
mod texts;
mod token;

use crate::target::Target;

pub static TARGETS: &[Target] = &[
    json::TARGET,
    texts::TARGET,
    subject::TARGET,
    record::TARGET,
    element::TARGET,
    pipe_file::TARGET,
    expression::TARGET,
    grant::TARGET,
    schema::TARGET,
    pattern::TARGET,
    message::TARGET,
    session::TARGET,
    event::TARGET,
    token::TARGET,
    claims::TARGET,
    keys::TARGET,
    log_item::TARGET,
    connection_item::TARGET,
    dead_letter::TARGET,
    table_items::TARGET,
    connect_event::TARGET,
    authorizer_event::TARGET,
    pipes_api::TARGET,
    settings::TARGET,
];
