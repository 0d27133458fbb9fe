//! The events for functions, in exactly API Gateway's shapes (AWS_PROXY integration).
//!
//! # Layout
//! - `context`: the member `requestContext`; `request`: headers and query
//! - `authorizer`: the event for an authorizer

mod authorizer;
mod context;
mod request;

use serde::Serialize;

use super::call::Call;
use super::close::CloseReason;
use super::connection::Connection;
use super::handshake::{Fields, Handshake};
use super::routes;
use super::stage::Stage;
use context::Context;
use request::RequestFields;

pub use authorizer::AuthorizerEvent;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event<'a> {
    #[serde(flatten)]
    request: Option<RequestFields>,
    request_context: Context<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    is_base64_encoded: bool,
}

impl<'a> Event<'a> {
    pub fn connect(
        stage: &'a Stage,
        connection: &'a Connection,
        call: &'a Call,
        handshake: &Handshake,
    ) -> Self {
        let request = RequestFields::new(handshake.headers.clone(), handshake.query.clone());
        let context = Context::new(stage, connection, call, routes::CONNECT, "CONNECT");
        Self { request: Some(request), request_context: context, body: None, is_base64_encoded: false }
    }

    pub fn message(
        stage: &'a Stage,
        connection: &'a Connection,
        call: &'a Call,
        route_key: &'a str,
        message_id: String,
        body: &'a str,
    ) -> Self {
        let context = Context::new(stage, connection, call, route_key, "MESSAGE");
        let request_context = context.with_message(message_id);
        Self { request: None, request_context, body: Some(body), is_base64_encoded: false }
    }

    pub fn disconnect(
        stage: &'a Stage,
        connection: &'a Connection,
        call: &'a Call,
        reason: &'a CloseReason,
    ) -> Self {
        let context = Context::new(stage, connection, call, routes::DISCONNECT, "DISCONNECT");
        let request_context = context.with_close_reason(reason);
        let request = RequestFields::new(disconnect_headers(&stage.domain_name), Fields::new());
        Self { request: Some(request), request_context, body: None, is_base64_encoded: false }
    }
}

/// A lost client sends no headers. API Gateway fills in these.
fn disconnect_headers(domain_name: &str) -> Fields {
    let headers = [("Host", domain_name), ("x-api-key", ""), ("X-Forwarded-For", ""), ("x-restapi", "")];
    headers.into_iter().map(|(name, value)| (name.to_owned(), vec![value.to_owned()])).collect()
}

#[cfg(test)]
mod tests;
