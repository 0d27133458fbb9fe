use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::types::{KeyType, StreamDescription};
use tablecast_aws::SdkConfig;
use tablecast_definitions::definition::StartingPosition;

use super::failure;
use super::marks::{Marks, Place};
use super::shard::StreamShard;
use crate::pipes::source::{SourceError, Stream};
use crate::pipes_api::plan::Plan;

/// A table's stream as DynamoDB Streams serves it.
pub struct TableStream {
    client: Client,
    arn: String,
    start: StartingPosition,
    marks: Arc<Marks>,
}

/// Ids of shards with those of their parents.
type Shards = BTreeMap<String, Option<String>>;

impl TableStream {
    pub fn new(config: &SdkConfig, plan: &Plan, marks: Arc<Marks>) -> Self {
        Self { client: Client::new(config), arn: plan.source.text.clone(), start: plan.start, marks }
    }

    async fn describe(&self) -> Result<(Shards, Option<String>), SourceError> {
        let (mut shards, mut after) = (Shards::new(), None);
        loop {
            let page = self.client.describe_stream().stream_arn(&self.arn);
            let page = page.set_exclusive_start_shard_id(after).send().await.map_err(failure::line)?;
            let description = page.stream_description.ok_or("DescribeStream answers no description")?;
            shards.extend(ids(&description));
            after = description.last_evaluated_shard_id.clone();
            if after.is_none() {
                return Ok((shards, partition_key(&description)));
            }
        }
    }

    /// Not finished, and without a parent that is still to be read.
    fn is_readable(&self, shard: &str, shards: &Shards) -> bool {
        let is_finished = |id: &str| self.marks.place(id) == Place::End;
        let parent = shards.get(shard).cloned().flatten();
        let waits = parent.is_some_and(|parent| shards.contains_key(&parent) && !is_finished(&parent));
        !waits && !is_finished(shard)
    }
}

impl Stream for TableStream {
    type Shard = StreamShard;

    async fn shards(&self) -> Result<Vec<StreamShard>, SourceError> {
        let (shards, partition_key) = self.describe().await?;
        for lost in self.marks.note(&shards.keys().map(String::as_str).collect(), self.start) {
            tracing::error!(
                "records may be lost: {} {lost} is no longer kept, and was not read to its end",
                self.arn
            );
        }
        let readable = shards.keys().filter(|id| self.is_readable(id, &shards));
        let shard = |id: &String| StreamShard {
            client: self.client.clone(),
            stream_arn: self.arn.clone(),
            id: id.clone(),
            partition_key: partition_key.clone(),
            marks: self.marks.clone(),
        };
        Ok(readable.map(shard).collect())
    }
}

fn ids(description: &StreamDescription) -> impl Iterator<Item = (String, Option<String>)> {
    let shards = description.shards().iter();
    shards.filter_map(|shard| Some((shard.shard_id.clone()?, shard.parent_shard_id.clone())))
}

fn partition_key(description: &StreamDescription) -> Option<String> {
    let key = description.key_schema().iter().find(|key| key.key_type == KeyType::Hash);
    key.map(|key| key.attribute_name.clone())
}
