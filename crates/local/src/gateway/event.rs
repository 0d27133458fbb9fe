//! The events that functions get, in exactly API Gateway's shapes (AWS_PROXY integration).

mod authorizer;

use std::collections::BTreeMap;

use serde::Serialize;

use super::authorizer::Authorization;
use super::close::Closing;
use super::connection::{Connection, Identity};
use super::handshake::{Fields, Handshake};
use super::{Stage, routes, time};

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

/// What messages do not have: functions must keep what they need of it at `$connect`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestFields {
    headers: BTreeMap<String, String>,
    multi_value_headers: Fields,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    query_string_parameters: BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    multi_value_query_string_parameters: Fields,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Context<'a> {
    route_key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_status_code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disconnect_reason: Option<&'a str>,
    event_type: &'static str,
    extended_request_id: &'a str,
    request_id: &'a str,
    request_time: String,
    request_time_epoch: u64,
    message_direction: &'static str,
    stage: &'a str,
    connected_at: u64,
    identity: &'a Identity,
    domain_name: &'a str,
    connection_id: &'a str,
    api_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorizer: Option<&'a Authorization>,
}

/// One call of a function: its id and when it began, in milliseconds since 1970.
#[derive(Debug)]
pub struct Call {
    pub request_id: String,
    pub at: u64,
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
        let request_context = Context { message_id: Some(message_id), ..context };
        Self { request: None, request_context, body: Some(body), is_base64_encoded: false }
    }

    pub fn disconnect(
        stage: &'a Stage,
        connection: &'a Connection,
        call: &'a Call,
        closing: &'a Closing,
    ) -> Self {
        let context = Context::new(stage, connection, call, routes::DISCONNECT, "DISCONNECT");
        let request_context = Context {
            disconnect_status_code: Some(closing.code),
            disconnect_reason: Some(&closing.reason),
            ..context
        };
        let request = RequestFields::new(disconnect_headers(&stage.domain_name), Fields::new());
        Self { request: Some(request), request_context, body: None, is_base64_encoded: false }
    }
}

impl RequestFields {
    fn new(headers: Fields, query: Fields) -> Self {
        Self {
            headers: last_values(&headers),
            multi_value_headers: headers,
            query_string_parameters: last_values(&query),
            multi_value_query_string_parameters: query,
        }
    }
}

/// Where API Gateway has room for one value only, the last one wins.
fn last_values(fields: &Fields) -> BTreeMap<String, String> {
    let last = fields.iter().filter_map(|(name, values)| Some((name.clone(), values.last()?.clone())));
    last.collect()
}

/// A lost client has no headers; API Gateway makes these up.
fn disconnect_headers(domain_name: &str) -> Fields {
    let made_up = [("Host", domain_name), ("x-api-key", ""), ("X-Forwarded-For", ""), ("x-restapi", "")];
    made_up.into_iter().map(|(name, value)| (name.to_owned(), vec![value.to_owned()])).collect()
}

impl<'a> Context<'a> {
    fn new(
        stage: &'a Stage,
        connection: &'a Connection,
        call: &'a Call,
        route_key: &'a str,
        event_type: &'static str,
    ) -> Self {
        Self {
            route_key,
            message_id: None,
            disconnect_status_code: None,
            disconnect_reason: None,
            event_type,
            extended_request_id: &call.request_id,
            request_id: &call.request_id,
            request_time: time::common_log(call.at),
            request_time_epoch: call.at,
            message_direction: "IN",
            stage: &stage.name,
            connected_at: connection.connected_at,
            identity: &connection.identity,
            domain_name: &stage.domain_name,
            connection_id: &connection.id,
            api_id: &stage.api_id,
            authorizer: connection.authorization.get(),
        }
    }
}

#[cfg(test)]
mod tests;
