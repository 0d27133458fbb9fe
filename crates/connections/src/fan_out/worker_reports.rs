//! The live workers of `fanout`. They share the account's rate of `@connections`.

use aws_sdk_dynamodb::types::AttributeValue;
use tablecast_aws::StorageError;

use super::item::number;
use super::run::hash;
use super::update::Update;
use crate::connections::Connections;
use crate::fields::{Fields, number_of, text_of};
use crate::write::{Key, key};

const WORKERS: &str = "fanout#workers";

const DAMAGED_REPORT: &str =
    "the report of a worker is damaged: it does not count until the worker replaces it";

/// The report of a worker about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerReport {
    pub source: String,
    pub part: usize,
    /// Posts a second that it could use.
    pub wants: u64,
    /// The report counts until then, in milliseconds since the epoch.
    pub until: i64,
}

impl WorkerReport {
    /// Has the hash of the source, because a source can take all of the 1,024 bytes of a sort key.
    fn key(&self) -> Key {
        key(WORKERS, &format!("{:016x}#{}", hash(&self.source), self.part))
    }

    fn read(fields: &Fields) -> Option<Self> {
        let source = text_of(fields, "source")?.to_owned();
        let (part, wants) = (number_of(fields, "part")?, number_of(fields, "wants")?);
        Some(Self { source, part, wants, until: number_of(fields, "reported_until")? })
    }
}

impl Connections {
    pub async fn report_worker(&self, report: &WorkerReport) -> Result<(), StorageError> {
        let update = Update::new()
            .set("source", AttributeValue::S(report.source.clone()))
            .set("part", number(report.part))
            .set("wants", number(report.wants))
            .set("reported_until", number(report.until))
            .set("expires_at", number(report.until / 1000 + 60));
        self.update(report.key(), update).await.map(drop)
    }

    /// Returns the reports that count now (milliseconds since the epoch).
    pub async fn worker_reports(&self, now: i64) -> Result<Vec<WorkerReport>, StorageError> {
        let found = self.query(WORKERS.to_owned()).await?;
        let reports = found.iter().filter_map(|fields| self.read_report(fields));
        Ok(reports.filter(|report| report.until > now).collect())
    }

    fn read_report(&self, fields: &Fields) -> Option<WorkerReport> {
        let report = WorkerReport::read(fields);
        if report.is_none() {
            self.report_fields(fields, "an attribute is absent, or has another type", DAMAGED_REPORT);
        }
        report
    }
}
