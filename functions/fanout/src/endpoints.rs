use tablecast_aws::{MissingVariable, variable};

/// The tables, the API and the function that a worker uses.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub connections_table: String,
    pub log_table: String,
    /// `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, or the address of the local gateway.
    pub management_endpoint: String,
    /// The name of this function, which starts further workers.
    pub fanout_function: String,
}

impl Endpoints {
    pub fn from_environment() -> Result<Self, MissingVariable> {
        Ok(Self {
            connections_table: variable("CONNECTIONS_TABLE")?,
            log_table: variable("LOG_TABLE")?,
            management_endpoint: variable("MANAGEMENT_ENDPOINT")?,
            fanout_function: variable("FANOUT_FUNCTION")?,
        })
    }
}
