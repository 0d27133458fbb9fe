use aws_types::SdkConfig;

use super::reader::Reader;
use super::{bus, functions};
use crate::aws::Client;
use crate::facts::{Deployed, Reading, Unreadable};

/// Why nobody can publish on the bus of a deployment.
#[derive(Debug, thiserror::Error)]
pub enum BusError {
    #[error("{0}")]
    NoCredentials(String),
    #[error("the function {0}-dispatch has no alias `live` here; check --deployment and AWS_REGION")]
    NoFunction(String),
    #[error("the function {0}-dispatch names no bus; set its BUS_NAME again with `terraform apply`")]
    NoName(String),
    #[error(
        "the bus {bus}, on which {deployment} publishes, does not exist; create it with `terraform apply`"
    )]
    NoBus { deployment: String, bus: String },
    #[error(
        "{operation} of {subject}: {reason}; allow {permission}, or check AWS_REGION and the credentials"
    )]
    Unreadable { operation: &'static str, subject: String, reason: String, permission: &'static str },
}

/// Returns the name of the bus on which a deployment publishes. Fails unless the bus exists, because EventBridge
/// accepts events for a bus that does not exist, and drops them.
pub async fn bus_of(config: SdkConfig, deployment: &str) -> Result<String, BusError> {
    let reader = Reader::new(Client::new(config).await.map_err(BusError::NoCredentials)?);
    let dispatch = functions::live(&reader, deployment, "dispatch").await;
    let deployment = || deployment.to_owned();
    let name = match dispatch.deployed {
        Reading::Missing => return Err(BusError::NoFunction(deployment())),
        dispatch => dispatch.found().and_then(Deployed::bus_name).map(str::to_owned),
    };
    let no_name = || unreadable(&reader).unwrap_or_else(|| BusError::NoName(deployment()));
    let bus = name.ok_or_else(no_name)?;
    match bus::one(&reader, &bus).await {
        Reading::Found(_) => Ok(bus),
        _ => Err(unreadable(&reader).unwrap_or_else(|| BusError::NoBus { deployment: deployment(), bus })),
    }
}

fn unreadable(reader: &Reader) -> Option<BusError> {
    let Unreadable { operation, permission, subject, reason, .. } = reader.first_unreadable()?;
    Some(BusError::Unreadable { operation, subject, reason, permission })
}
