//! Token buckets that all processes share. A bucket is full at first, and refills at a constant rate.
//!
//! An item holds the time at which its bucket is full again. So a write needs no earlier read: it moves the time by
//! what the bytes cost, on condition that the bucket has them.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use crate::connections::Connections;
use crate::write::key;

/// A partition of the table for each bucket, so that busy ones do not delay others.
const PREFIX: &str = "quota#";
const SORT_KEY: &str = "quota";

/// Attempts to write a bucket that other processes write first.
const ATTEMPTS: usize = 3;

/// Seconds that a full bucket is kept. It means the same as none.
const KEEP: i64 = 600;

/// A limit of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// The bytes of a full bucket.
    pub burst: u64,
    pub bytes_per_second: u64,
}

impl Quota {
    /// The most bytes that are taken in any window of so many seconds.
    pub const fn most_in(&self, seconds: u64) -> u64 {
        self.burst + seconds * self.bytes_per_second
    }

    /// The time in which so many bytes are refilled, in milliseconds.
    fn refill(&self, bytes: u64) -> i64 {
        bytes.saturating_mul(1000).div_ceil(self.bytes_per_second).try_into().unwrap_or(i64::MAX)
    }
}

/// The state of a bucket on which a write depends.
struct Expected {
    update: &'static str,
    condition: &'static str,
    /// The times that both name, in milliseconds since the epoch.
    times: Vec<(&'static str, i64)>,
}

impl Expected {
    /// The bucket lacks bytes, and has more than those that are taken.
    fn partly_full(cost: i64, capacity: i64, now: i64) -> Self {
        Self {
            update: "SET full_at = full_at + :cost, expires_at = :expires",
            condition: "full_at BETWEEN :now AND :latest",
            times: vec![(":cost", cost), (":now", now), (":latest", now + capacity - cost)],
        }
    }

    fn full(cost: i64, now: i64) -> Self {
        Self {
            update: "SET full_at = :full, expires_at = :expires",
            condition: "attribute_not_exists(full_at) OR full_at < :now",
            times: vec![(":now", now), (":full", now + cost)],
        }
    }
}

impl Connections {
    /// Takes bytes from the bucket `name`. Returns false if it has fewer. `now` is in milliseconds since the epoch.
    ///
    /// More bytes than a full bucket has are never there.
    pub async fn take_quota(
        &self,
        name: &str,
        quota: Quota,
        bytes: u64,
        now: i64,
    ) -> Result<bool, StorageError> {
        let (cost, capacity) = (quota.refill(bytes), quota.refill(quota.burst));
        if cost > capacity {
            return Ok(false);
        }
        for _ in 0..ATTEMPTS {
            let partly_full = Expected::partly_full(cost, capacity, now);
            match self.write_bucket(name, partly_full, now + capacity).await? {
                Written::Yes => return Ok(true),
                Written::FullAt(full_at) if full_at >= now => return Ok(false),
                Written::FullAt(_) => {}
            }
            if let Written::Yes = self.write_bucket(name, Expected::full(cost, now), now + capacity).await? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The bucket is full again at `latest`, at the latest.
    async fn write_bucket(
        &self,
        name: &str,
        expected: Expected,
        latest: i64,
    ) -> Result<Written, StorageError> {
        let Expected { update, condition, times } = expected;
        let request = self.client.update_item().table_name(&self.table);
        let request = request.set_key(Some(key(&format!("{PREFIX}{name}"), SORT_KEY)));
        let request = request.update_expression(update).condition_expression(condition);
        let request = request.return_values_on_condition_check_failure("ALL_OLD".into());
        let numbers = times.into_iter().chain([(":expires", latest / 1000 + KEEP)]);
        let values = numbers.map(|(name, number)| (name.to_owned(), AttributeValue::N(number.to_string())));
        let request = request.set_expression_attribute_values(Some(values.collect()));
        let response = request.return_values("UPDATED_NEW".into()).send().await;
        match response {
            Ok(response) if response.attributes.is_some() => Ok(Written::Yes),
            Ok(_) => Err(StorageError::incomplete(&self.table, "Attributes")),
            Err(error) => full_at(&error).map(Written::FullAt).ok_or_else(|| self.failed(error)),
        }
    }
}

enum Written {
    Yes,
    /// No: the condition does not hold. When the bucket is full again, or 0 without an item.
    FullAt(i64),
}

/// None if the error is another than a failed condition.
fn full_at<R>(error: &SdkError<UpdateItemError, R>) -> Option<i64> {
    let Some(UpdateItemError::ConditionalCheckFailedException(failed)) = error.as_service_error() else {
        return None;
    };
    let full_at = failed.item().and_then(|item| item.get("full_at")?.as_n().ok()?.parse().ok());
    Some(full_at.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_a_full_bucket_and_its_refill() {
        let quota = Quota { burst: 1000, bytes_per_second: 10 };
        assert_eq!((quota.most_in(0), quota.most_in(60)), (1000, 1600));
    }

    #[test]
    fn no_byte_is_free() {
        let quota = Quota { burst: 4096, bytes_per_second: 4096 };
        assert_eq!(
            [0, 1, 4096, 4097, u64::MAX].map(|bytes| quota.refill(bytes)).map(|cost| cost > 0),
            [false, true, true, true, true]
        );
        assert_eq!((quota.refill(4096), quota.refill(4097)), (1000, 1001));
    }
}
