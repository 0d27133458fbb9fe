use std::collections::BTreeMap;

use serde::Serialize;

use super::super::call::Call;
use super::super::connection::Connection;
use super::super::handshake::Handshake;
use super::super::routes;
use super::super::stage::Stage;
use super::context::Context;
use super::request::RequestFields;

/// The event for an authorizer, before `$connect`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizerEvent<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    pub method_arn: String,
    #[serde(flatten)]
    request: RequestFields,
    stage_variables: BTreeMap<String, String>,
    request_context: Context<'a>,
}

impl<'a> AuthorizerEvent<'a> {
    pub fn new(stage: &'a Stage, connection: &'a Connection, call: &'a Call, handshake: &Handshake) -> Self {
        Self {
            kind: "REQUEST",
            method_arn: format!("{}/{}/{}", stage.execution_arn, stage.name, routes::CONNECT),
            request: RequestFields::new(handshake.headers.clone(), handshake.query.clone()),
            stage_variables: BTreeMap::new(),
            request_context: Context::new(stage, connection, call, routes::CONNECT, "CONNECT"),
        }
    }
}
