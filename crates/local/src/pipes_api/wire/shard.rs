use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodbstreams::Client;
use aws_sdk_dynamodbstreams::error::SdkError;
use aws_sdk_dynamodbstreams::operation::get_records::{GetRecordsError, GetRecordsOutput};
use aws_sdk_dynamodbstreams::operation::get_shard_iterator::GetShardIteratorError;
use aws_sdk_dynamodbstreams::types::ShardIteratorType;

use super::marks::{Marks, Place};
use super::{failure, record};
use crate::pipes::source::{Page, Read, Shard, SourceError};

/// As AWS: four times a second. DynamoDB allows a shard five reads a second.
const POLL: Duration = Duration::from_millis(250);

/// A shard of a stream over the wire.
pub struct StreamShard {
    pub client: Client,
    pub stream_arn: String,
    pub id: String,
    /// The table's; not every emulator tells it.
    pub partition_key: Option<String>,
    pub marks: Arc<Marks>,
}

/// What a call came to, where it matters to what is done next.
enum Reached<T> {
    There(T),
    /// The records were kept for too short a time.
    Trimmed,
    /// The iterator was kept for too long.
    Expired,
    Absent,
}

impl Shard for StreamShard {
    type Position = Place;

    fn id(&self) -> String {
        self.id.clone()
    }

    fn pause(&self) -> Duration {
        POLL
    }

    /// The end of the stream is the end at this moment: it is asked for before anything else happens.
    async fn first(&self) -> Result<Place, SourceError> {
        let place = self.marks.place(&self.id);
        if place == Place::Latest
            && let Some(iterator) = self.iterator(&place).await?
        {
            self.marks.keep_iterator(&self.id, &place, iterator);
        }
        Ok(place)
    }

    async fn read(&self, place: &Place) -> Result<Read<Place>, SourceError> {
        if *place == Place::End {
            return Ok(Read::End);
        }
        let Some(iterator) = self.iterator(place).await? else { return Ok(self.absent()) };
        match self.records(iterator).await? {
            Reached::There(answer) => Ok(Read::Page(self.page(place, answer)?)),
            Reached::Absent => Ok(self.absent()),
            Reached::Expired => {
                self.marks.drop_iterator(&self.id);
                Ok(Read::Page(Page { records: Vec::new(), next: place.clone() }))
            }
            Reached::Trimmed => {
                self.marks.drop_iterator(&self.id);
                self.report_lost(place);
                Ok(Read::Page(Page { records: Vec::new(), next: Place::Horizon }))
            }
        }
    }

    async fn keep(&self, place: &Place) -> Result<(), SourceError> {
        self.marks.set(&self.id, place);
        Ok(())
    }
}

impl StreamShard {
    /// To go on reading with; `None` when there is no such stream.
    async fn iterator(&self, place: &Place) -> Result<Option<String>, SourceError> {
        if let Some(iterator) = self.marks.iterator(&self.id, place) {
            return Ok(Some(iterator));
        }
        match self.new_iterator(place).await? {
            Reached::There(iterator) => Ok(Some(iterator)),
            Reached::Trimmed => {
                self.report_lost(place);
                let oldest = self.new_iterator(&Place::Horizon).await?;
                Ok(if let Reached::There(iterator) = oldest { Some(iterator) } else { None })
            }
            Reached::Absent | Reached::Expired => Ok(None),
        }
    }

    async fn new_iterator(&self, place: &Place) -> Result<Reached<String>, SourceError> {
        let (kind, sequence) = match place {
            Place::Horizon | Place::End => (ShardIteratorType::TrimHorizon, None),
            Place::Latest => (ShardIteratorType::Latest, None),
            Place::At(sequence) => (ShardIteratorType::AtSequenceNumber, Some(sequence.clone())),
            Place::After(sequence) => (ShardIteratorType::AfterSequenceNumber, Some(sequence.clone())),
        };
        let call = self.client.get_shard_iterator().stream_arn(&self.stream_arn).shard_id(&self.id);
        match call.shard_iterator_type(kind).set_sequence_number(sequence).send().await {
            Ok(answer) => {
                let iterator = answer.shard_iterator.ok_or("GetShardIterator answers no iterator")?;
                Ok(Reached::There(iterator))
            }
            Err(error) => match error.as_service_error() {
                Some(GetShardIteratorError::TrimmedDataAccessException(_)) => Ok(Reached::Trimmed),
                Some(GetShardIteratorError::ResourceNotFoundException(_)) => Ok(Reached::Absent),
                _ => Err(failure::line(error).into()),
            },
        }
    }

    async fn records(&self, iterator: String) -> Result<Reached<GetRecordsOutput>, SourceError> {
        match self.client.get_records().shard_iterator(iterator).send().await {
            Ok(answer) => Ok(Reached::There(answer)),
            Err(error) => reached(error),
        }
    }

    fn page(&self, place: &Place, answer: GetRecordsOutput) -> Result<Page<Place>, SourceError> {
        let key = self.partition_key.as_deref();
        let read = answer.records().iter().map(|record| record::of(record, &self.stream_arn, key));
        let records: Vec<_> = read.collect::<Result<_, _>>()?;
        let reached = records.last().map_or(place.clone(), |last| Place::After(last.sequence.clone()));
        let next = match answer.next_shard_iterator {
            Some(iterator) => {
                self.marks.keep_iterator(&self.id, &reached, iterator);
                reached
            }
            None => Place::End,
        };
        Ok(Page { records, next })
    }

    /// A shard that was trimmed away does not come again; a table may.
    fn absent(&self) -> Read<Place> {
        match self.marks.is_known(&self.id) {
            true => Read::Absent,
            false => Read::End,
        }
    }

    fn report_lost(&self, place: &Place) {
        let (stream, shard) = (&self.stream_arn, &self.id);
        tracing::error!("records are lost: {stream} {shard} no longer keeps what was next ({place:?})");
    }
}

fn reached(error: SdkError<GetRecordsError>) -> Result<Reached<GetRecordsOutput>, SourceError> {
    match error.as_service_error() {
        Some(GetRecordsError::ExpiredIteratorException(_)) => Ok(Reached::Expired),
        Some(GetRecordsError::TrimmedDataAccessException(_)) => Ok(Reached::Trimmed),
        Some(GetRecordsError::ResourceNotFoundException(_)) => Ok(Reached::Absent),
        _ => Err(failure::line(error).into()),
    }
}
