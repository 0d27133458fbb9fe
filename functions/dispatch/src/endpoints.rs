use tablecast_aws::{MissingVariable, variable};

/// The tables, the bus, the API and the function that a dispatch uses.
#[derive(Debug, Clone)]
pub struct Endpoints {
    pub connections_table: String,
    pub log_table: String,
    pub rejected_table: String,
    pub bus_name: String,
    /// `https://{api}.execute-api.{region}.amazonaws.com/{stage}`, or the address of the local gateway.
    pub management_endpoint: String,
    /// The name or ARN of the function `fanout`.
    pub fanout_function: String,
}

impl Endpoints {
    pub fn from_environment() -> Result<Self, MissingVariable> {
        Ok(Self {
            connections_table: variable("CONNECTIONS_TABLE")?,
            log_table: variable("LOG_TABLE")?,
            rejected_table: variable("REJECTED_TABLE")?,
            bus_name: variable("BUS_NAME")?,
            management_endpoint: variable("MANAGEMENT_ENDPOINT")?,
            fanout_function: variable("FANOUT_FUNCTION")?,
        })
    }
}
