use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tablecast_tokens::development::{self, Issuer};

use super::snapshot::Snapshot;
use crate::addresses::Addresses;
use crate::functions::{Function, FunctionsConfig};
use crate::names::{BUS_NAME, CONNECTIONS_TABLE, FANOUT_FUNCTION, LOG_TABLE, REGION, REJECTED_TABLE};
use crate::options::{Auth, Options};

/// The timeouts that Terraform sets, too. Clients wait for the first four functions, pipes for the next two, and nobody for
/// `fanout`.
const TIMEOUTS: [(&str, u64); 7] = [
    ("authorize", 10),
    ("connect", 10),
    ("disconnect", 10),
    ("subscribe", 29),
    ("enrich", 60),
    ("dispatch", 120),
    ("fanout", 300),
];

/// Configures the functions for these definitions. With an issuer, they require its tokens.
pub fn functions_config(
    options: &Options,
    addresses: &Addresses,
    issuer: Option<&Issuer>,
    definitions: Snapshot,
) -> FunctionsConfig {
    let function = |(name, seconds): (&str, u64)| Function {
        name: name.to_owned(),
        timeout: Duration::from_secs(seconds),
    };
    let functions = TIMEOUTS.map(function).into();
    let mut variables = variables(options, addresses, &definitions);
    variables.extend(authorization(options, addresses, issuer));
    let config = FunctionsConfig::new(options.functions.clone(), functions, variables);
    FunctionsConfig { files: Some(Arc::new(definitions.into_folder())), ..config }
}

/// The configuration of the functions, and credentials without value.
fn variables(options: &Options, addresses: &Addresses, definitions: &Snapshot) -> BTreeMap<String, String> {
    let variables = [
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", addresses.dynamodb()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", addresses.bus()),
        ("AWS_ENDPOINT_URL_LAMBDA", addresses.http()),
        ("AWS_LAMBDA_LOG_LEVEL", options.log_level.clone()),
        ("AWS_REGION", REGION.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("BUS_NAME", BUS_NAME.to_owned()),
        ("CONNECTIONS_TABLE", CONNECTIONS_TABLE.to_owned()),
        ("FANOUT_FUNCTION", FANOUT_FUNCTION.to_owned()),
        ("LOG_TABLE", LOG_TABLE.to_owned()),
        ("MANAGEMENT_ENDPOINT", addresses.http()),
        ("PIPES_DIR", definitions.pipes()),
        ("REJECTED_TABLE", REJECTED_TABLE.to_owned()),
        ("SCHEMAS_DIR", definitions.schemas()),
    ];
    variables.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Requires tokens of the development issuer of this machine, or none.
fn authorization(
    options: &Options,
    addresses: &Addresses,
    issuer: Option<&Issuer>,
) -> BTreeMap<String, String> {
    let variables = match &options.auth {
        Auth::None => Some(vec![("AUTH", "none".to_owned())]),
        Auth::Jwt => issuer.map(|issuer| jwt(issuer, &[&addresses.origins(), &options.origins[..]].concat())),
    };
    variables.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Accepts programs, and web pages of `origins`. With the development issuer, `authorize` also accepts pages of
/// this machine.
fn jwt(issuer: &Issuer, origins: &[String]) -> Vec<(&'static str, String)> {
    vec![
        ("ALGORITHMS", development::ALGORITHM.to_owned()),
        ("AUDIENCE", development::AUDIENCE.to_owned()),
        ("AUTH", "jwt".to_owned()),
        (development::OPT_IN_VARIABLE, development::OPT_IN_VALUE.to_owned()),
        ("ISSUER", development::ISSUER.to_owned()),
        ("JWKS", issuer.key_set().to_string()),
        ("ORIGINS", format!("-,{}", origins.join(","))),
    ]
}
