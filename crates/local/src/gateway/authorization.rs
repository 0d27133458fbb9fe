use std::collections::BTreeMap;

use serde::Serialize;

/// The context that the authorizer returned. Events carry it as `requestContext.authorizer`, a flat map of
/// strings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorization(pub BTreeMap<String, String>);
