//! The ends of a pipe over the wire, wherever `AWS_ENDPOINT_URL` says that AWS is.
//!
//! - `stream`, `shard`, `record`: DynamoDB Streams; `marks`: how far a pipe has read there
//! - `functions`: Lambda          - `queue`: SQS, for dead letters
//! - `failure`: what an SDK's error says, in a line

mod failure;
mod functions;
mod marks;
mod queue;
mod record;
mod shard;
mod stream;

use std::sync::Arc;

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodbstreams::config::Region;
use tablecast_aws::SdkConfig;

use super::plan::Plan;
use crate::pipes::Pipe;
use crate::pipes::dead_letters::DeadLetters;
use functions::Functions;
use queue::{Nowhere, Queue};
use stream::TableStream;

pub use marks::Marks;

/// How AWS is called. Clones share connections.
#[derive(Clone)]
pub struct Wire {
    own: SdkConfig,
    assume_roles: bool,
}

impl Wire {
    /// As the SDKs' environment says. With `assume_roles`, functions and queues are called as the pipe's role.
    pub async fn from_environment(assume_roles: bool) -> Self {
        Self { own: tablecast_aws::configuration().await, assume_roles }
    }

    /// Returns when it is known where reading begins, or why it cannot.
    pub async fn start(&self, plan: Plan, marks: Arc<Marks>) -> Result<Pipe, String> {
        let own = self.own_in(&plan.source.region);
        let role = self.as_role(&own, &plan).await;
        let stream = TableStream::new(&own, &plan, marks);
        let dead_letters: Arc<dyn DeadLetters> = match plan.dead_letters {
            Some(queue) => Arc::new(Queue::new(&own, &role, queue)),
            None => Arc::new(Nowhere),
        };
        let pipe = Pipe::start(plan.settings, stream, Functions::new(&role), dead_letters).await;
        pipe.map_err(|error| error.to_string())
    }

    fn own_in(&self, region: &str) -> SdkConfig {
        self.own.clone().into_builder().region(Region::new(region.to_owned())).build()
    }

    /// With the credentials of the pipe's role, fetched when they are needed and again before they end.
    async fn as_role(&self, own: &SdkConfig, plan: &Plan) -> SdkConfig {
        if !self.assume_roles {
            return own.clone();
        }
        let role = AssumeRoleProvider::builder(&plan.role).configure(own).session_name(&plan.settings.name);
        let provider = SharedCredentialsProvider::new(role.build().await);
        own.clone().into_builder().credentials_provider(provider).build()
    }
}

#[cfg(test)]
mod tests;
