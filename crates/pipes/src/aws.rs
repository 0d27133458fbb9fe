//! Pipes between AWS resources. `AWS_ENDPOINT_URL` selects AWS or an emulator.
//!
//! # Layout
//! - `spec`: a pipe with its resources
//! - `stream`, `shard`, `requests`, `record`: DynamoDB Streams; `checkpoints`: the progress of a pipe in each shard
//! - `lambda`: invokes functions; `queue`: sends dead letters to SQS
//! - `response`: members that a successful response always has

mod checkpoints;
mod lambda;
mod queue;
mod record;
mod requests;
mod response;
mod shard;
pub mod spec;
mod stream;

use std::sync::Arc;

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodbstreams::config::Region;
use tablecast_aws::SdkConfig;

use crate::dead_letters::DeadLetters;
use crate::runner::Pipe;
use queue::{Discard, Queue};
use spec::PipeSpec;
use stream::TableStream;

pub use checkpoints::{Checkpoints, Position};
pub use lambda::Lambda;
pub use record::record_json;
pub use requests::{ShardPage, ShardReadError, shard_iterator, shard_page};

/// Starts pipes between AWS resources. Clones share connections.
#[derive(Clone)]
pub struct AwsPipes {
    own: SdkConfig,
    assume_roles: bool,
}

impl AwsPipes {
    /// Reads the environment like every SDK. With `assume_roles`, functions and queues are called with the
    /// pipe's role.
    pub async fn from_environment(assume_roles: bool) -> Self {
        Self::new(tablecast_aws::configuration().await, assume_roles)
    }

    /// Reads streams with this configuration.
    pub fn new(own: SdkConfig, assume_roles: bool) -> Self {
        Self { own, assume_roles }
    }

    /// Returns when the start position of each shard is known, or the reason why the pipe cannot start.
    pub async fn start(&self, spec: PipeSpec, checkpoints: Arc<Checkpoints>) -> Result<Pipe, String> {
        let own = self.own_in(&spec.source.region);
        let role = self.with_role(&own, &spec).await;
        let stream = TableStream::new(&own, &spec, checkpoints);
        let dead_letters: Arc<dyn DeadLetters> = match spec.dead_letters {
            Some(queue) => Arc::new(Queue::new(&own, &role, queue)),
            None => Arc::new(Discard),
        };
        let pipe = Pipe::start(spec.config, stream, Lambda::new(&role), dead_letters).await;
        pipe.map_err(|error| error.to_string())
    }

    fn own_in(&self, region: &str) -> SdkConfig {
        self.own.clone().into_builder().region(Region::new(region.to_owned())).build()
    }

    /// Uses the credentials of the pipe's role, and renews them before they expire.
    async fn with_role(&self, own: &SdkConfig, spec: &PipeSpec) -> SdkConfig {
        if !self.assume_roles {
            return own.clone();
        }
        let role = AssumeRoleProvider::builder(&spec.role).configure(own).session_name(&spec.config.name);
        let provider = SharedCredentialsProvider::new(role.build().await);
        own.clone().into_builder().credentials_provider(provider).build()
    }
}

#[cfg(test)]
mod tests;
