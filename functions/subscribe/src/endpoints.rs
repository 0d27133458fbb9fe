use tablecast_aws::{MissingVariable, variable};

/// The tables and the API that the function uses.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub connections_table: String,
    pub log_table: String,
    /// `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, or the address of the local gateway.
    pub management_endpoint: String,
}

impl Endpoints {
    pub fn from_environment() -> Result<Self, MissingVariable> {
        Ok(Self {
            connections_table: variable("CONNECTIONS_TABLE")?,
            log_table: variable("LOG_TABLE")?,
            management_endpoint: variable("MANAGEMENT_ENDPOINT")?,
        })
    }
}
