use serde::Serialize;

use super::super::authorization::Authorization;
use super::super::call::Call;
use super::super::close::CloseReason;
use super::super::connection::Connection;
use super::super::identity::Identity;
use super::super::stage::Stage;
use super::super::time;

/// The member `requestContext` of an event.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Context<'a> {
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

impl<'a> Context<'a> {
    pub fn new(
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

    pub fn with_message(self, message_id: String) -> Self {
        Self { message_id: Some(message_id), ..self }
    }

    pub fn with_close_reason(self, reason: &'a CloseReason) -> Self {
        let (code, reason) = (reason.code, reason.reason.as_ref());
        Self { disconnect_status_code: Some(code), disconnect_reason: Some(reason), ..self }
    }
}
