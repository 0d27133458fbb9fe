use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use super::{Addresses, REGION};
use crate::functions::{Function, Settings};
use crate::options::Options;

pub const CONNECTIONS_TABLE: &str = "connections";
pub const REJECTED_TABLE: &str = "rejected";

/// As Terraform sets them: a client waits for `connect` and `subscribe`, a pipe for `enrich` and `dispatch`.
const TIMEOUTS: [(&str, u64); 5] =
    [("connect", 10), ("disconnect", 10), ("subscribe", 10), ("enrich", 60), ("dispatch", 60)];

pub fn settings(options: &Options, addresses: &Addresses) -> Settings {
    let function = |(name, seconds): (&str, u64)| Function {
        name: name.to_owned(),
        timeout: Duration::from_secs(seconds),
    };
    let functions = TIMEOUTS.map(function).into();
    Settings::new(options.functions.clone(), functions, variables(options, addresses))
}

/// All that a function is configured by, and credentials that are worth nothing.
fn variables(options: &Options, addresses: &Addresses) -> BTreeMap<String, String> {
    let variables = [
        ("AUTH", "none".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", addresses.dynamodb()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", addresses.bus()),
        ("AWS_LAMBDA_LOG_LEVEL", options.log_level.clone()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("BUS_NAME", "tablecast".to_owned()),
        ("CONNECTIONS_TABLE", CONNECTIONS_TABLE.to_owned()),
        ("MANAGEMENT_ENDPOINT", addresses.http()),
        ("PIPES_DIR", absolute(&options.pipes)),
        ("REJECTED_TABLE", REJECTED_TABLE.to_owned()),
        ("SCHEMAS_DIR", absolute(&options.schemas)),
    ];
    variables.map(|(name, value)| (name.to_owned(), value)).into()
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
