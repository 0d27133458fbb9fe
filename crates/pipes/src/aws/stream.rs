use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::{KeyType, StreamDescription, StreamViewType};
use tablecast_aws::SdkConfig;
use tablecast_definitions::definition::StartingPosition;

use super::checkpoints::{Checkpoints, Position};
use super::response::with_shards;
use super::shard::StreamShard;
use super::spec::PipeSpec;
use crate::source::{SourceError, Stream};

/// The stream of a table in DynamoDB Streams.
pub struct TableStream {
    client: Client,
    arn: String,
    start: StartingPosition,
    checkpoints: Arc<Checkpoints>,
    has_logged_view: AtomicBool,
}

/// The parent of each shard.
type Parents = BTreeMap<String, Option<String>>;

impl TableStream {
    pub fn new(config: &SdkConfig, spec: &PipeSpec, checkpoints: Arc<Checkpoints>) -> Self {
        let has_logged_view = AtomicBool::new(false);
        let arn = spec.source.text.clone();
        Self { client: Client::new(config), arn, start: spec.start, checkpoints, has_logged_view }
    }

    async fn describe(&self) -> Result<(Parents, Option<String>), SourceError> {
        let (mut shards, mut after) = (Parents::new(), None);
        loop {
            let page = self.client.describe_stream().stream_arn(&self.arn);
            let page = page.set_exclusive_start_shard_id(after).send().await;
            let page = page.map_err(|error| tablecast_aws::reason(&error))?;
            let description = page.stream_description.ok_or("DescribeStream returned no description")?;
            let description = with_shards(description)?;
            self.log_view(&description);
            shards.extend(parents(&description));
            after = description.last_evaluated_shard_id.clone();
            if after.is_none() {
                return Ok((shards, partition_key(&description)));
            }
        }
    }

    /// AWS accepts a pipe on any stream, and so does this program. But tablecast's own `enrich` rejects records
    /// without both images.
    fn log_view(&self, description: &StreamDescription) {
        let view = description.stream_view_type().filter(|view| **view != StreamViewType::NewAndOldImages);
        if let Some(view) = view
            && !self.has_logged_view.swap(true, Ordering::Relaxed)
        {
            tracing::warn!(
                "{} has the view type {}: the records lack an image that enrich needs. For tablecast, turn the stream \
                 off, and on again with NEW_AND_OLD_IMAGES",
                self.arn,
                view.as_str()
            );
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
