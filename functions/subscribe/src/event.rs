use serde::Deserialize;

/// API Gateway's event for a message (AWS_PROXY). It has no headers and no query string.
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
    /// Unique for each message; it becomes the id of the reply.
    pub request_id: String,
    /// When the message arrived, in milliseconds since the Unix epoch, by the clock of `connectedAt`.
    pub request_time_epoch: i64,
    #[serde(default)]
    identity: Identity,
    authorizer: Option<Authorizer>,
}

/// The context that `authorize` returned for the connection. API Gateway repeats it with each message.
#[derive(Debug, Deserialize)]
struct Authorizer {
    refusal: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity {
    source_ip: Option<String>,
}

impl RequestContext {
    /// The address of the client. API Gateway has it for each message.
    pub fn source_ip(&self) -> Option<&str> {
        self.identity.source_ip.as_deref()
    }

    /// The reason for which `authorize` refused the connection, as JSON text.
    pub fn refusal(&self) -> Option<&str> {
        self.authorizer.as_ref()?.refusal.as_deref()
    }
}
