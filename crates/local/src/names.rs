//! The names of the local mode's resources.

/// The region of all resources. Their account is 000000000000.
pub const REGION: &str = "us-east-1";
pub const BUS_NAME: &str = "tablecast";
pub const CONNECTIONS_TABLE: &str = "connections";
pub const FANOUT_FUNCTION: &str = "fanout";
pub const LOG_TABLE: &str = "log";
pub const REJECTED_TABLE: &str = "rejected";
