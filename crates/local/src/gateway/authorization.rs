use std::collections::BTreeMap;

use serde::Serialize;
use tablecast_protocol::RefusedConnection;

/// The attribute with the reason of a refusal.
pub const REFUSAL: &str = "refusal";

/// The context that the authorizer returned. Events carry it as `requestContext.authorizer`, a flat map of
/// strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorization(pub BTreeMap<String, String>);

impl Authorization {
    /// Returns the HTTP status of a refusal whose client requests the reason.
    pub fn refused_status(&self) -> Option<u16> {
        let refused = RefusedConnection::parse(self.0.get(REFUSAL)?)?;
        Some(refused.refused.status)
    }
}
