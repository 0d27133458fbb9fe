use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::{KeyType, StreamDescription};
use tablecast_aws::SdkConfig;
use tablecast_definitions::definition::StartingPosition;

use super::checkpoints::{Checkpoints, Position};
use super::sdk_error;
use super::shard::StreamShard;
use super::spec::PipeSpec;
use crate::source::{SourceError, Stream};

/// The stream of a table in DynamoDB Streams.
pub struct TableStream {
    client: Client,
    arn: String,
    start: StartingPosition,
    checkpoints: Arc<Checkpoints>,
}

/// The parent of each shard.
type Parents = BTreeMap<String, Option<String>>;

impl TableStream {
    pub fn new(config: &SdkConfig, spec: &PipeSpec, checkpoints: Arc<Checkpoints>) -> Self {
        Self { client: Client::new(config), arn: spec.source.text.clone(), start: spec.start, checkpoints }
    }

    async fn describe(&self) -> Result<(Parents, Option<String>), SourceError> {
        let (mut shards, mut after) = (Parents::new(), None);
        loop {
            let page = self.client.describe_stream().stream_arn(&self.arn);
            let page = page.set_exclusive_start_shard_id(after).send().await.map_err(sdk_error::describe)?;
            let description = page.stream_description.ok_or("DescribeStream returned no description")?;
            shards.extend(parents(&description));
            after = description.last_evaluated_shard_id.clone();
            if after.is_none() {
                return Ok((shards, partition_key(&description)));
            }
        }
    }

    /// Returns whether the shard is unfinished, and its parent is finished or no longer listed.
    fn is_readable(&self, shard: &str, shards: &Parents) -> bool {
        let is_finished = |id: &str| self.checkpoints.position(id) == Position::End;
        let parent = shards.get(shard).cloned().flatten();
        let waits = parent.is_some_and(|parent| shards.contains_key(&parent) && !is_finished(&parent));
        !waits && !is_finished(shard)
    }
}

impl Stream for TableStream {
    type Shard = StreamShard;

    async fn shards(&self) -> Result<Vec<StreamShard>, SourceError> {
        let (shards, partition_key) = self.describe().await?;
        for lost in self.checkpoints.sync(&shards.keys().map(String::as_str).collect(), self.start) {
            let stream = &self.arn;
            tracing::error!(
                "records may be lost: {stream} {lost} no longer exists and was not read to its end"
            );
        }
        let readable = shards.keys().filter(|id| self.is_readable(id, &shards));
        let shard = |id: &String| StreamShard {
            client: self.client.clone(),
            stream_arn: self.arn.clone(),
            id: id.clone(),
            partition_key: partition_key.clone(),
            checkpoints: self.checkpoints.clone(),
        };
        Ok(readable.map(shard).collect())
    }
}

fn parents(description: &StreamDescription) -> impl Iterator<Item = (String, Option<String>)> {
    let shards = description.shards().iter();
    shards.filter_map(|shard| Some((shard.shard_id.clone()?, shard.parent_shard_id.clone())))
}

fn partition_key(description: &StreamDescription) -> Option<String> {
    let key = description.key_schema().iter().find(|key| key.key_type == KeyType::Hash);
    key.map(|key| key.attribute_name.clone())
}
