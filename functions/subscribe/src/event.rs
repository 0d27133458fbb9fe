use serde::Deserialize;

/// What API Gateway sends for a message (AWS_PROXY), as far as it is needed: neither headers nor query are in it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MessageEvent {
    pub request_context: RequestContext,
    #[serde(default)]
    pub body: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestContext {
    pub connection_id: String,
    /// Another one for each message: the id of the event that answers it.
    pub request_id: String,
    /// When it came, in milliseconds since 1970, by the clock that the connection's age counts from.
    pub request_time_epoch: i64,
}
