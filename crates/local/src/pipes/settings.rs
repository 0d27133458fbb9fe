use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;
use tablecast_pipeline::definition::{Definition, StartingPosition};

use super::RetryPolicy;

/// What a pipe is made of, wherever it was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub name: String,
    /// The table whose stream is the source.
    pub table: String,
    pub start: StartingPosition,
    /// EventBridge patterns, any of which lets a record pass; none lets all pass.
    pub filters: Vec<Value>,
    /// Records in a batch.
    pub batch: usize,
    /// How long a batch may wait to fill.
    pub window: Duration,
    /// Batches that may run at once.
    pub parallel: usize,
    pub retry: RetryPolicy,
    pub places: Places,
}

/// Where records go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// The function that turns a batch of records into what the target gets.
    pub enrichment: String,
    pub target: String,
    /// The file that gets a line for each batch that was given up.
    pub dead_letters: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("pipe {pipe}: stream.{field} is {value}; EventBridge Pipes (here) take {allowed}")]
pub struct SettingsError {
    pub pipe: String,
    pub field: &'static str,
    pub value: u64,
    pub allowed: String,
}

impl Settings {
    /// The limits are those of a pipe's stream parameters, and of `Definition::stream`'s docs.
    pub fn from_definition(
        name: &str,
        definition: &Definition,
        places: Places,
    ) -> Result<Self, SettingsError> {
        let stream = &definition.stream;
        let check = |field, value: u64, allowed| within(name, field, value, allowed);
        check("batch", stream.batch.into(), 1..=10_000)?;
        check("window", stream.window.0.into(), 0..=300)?;
        check("retries", stream.retries.into(), 1..=10_000)?;
        check("max_age", stream.max_age.0.into(), 60..=23 * 3600)?;
        check("window", stream.window.0.into(), 0..=u64::from(stream.max_age.0) - 1)?;
        check("parallel", stream.parallel.into(), 1..=10)?;
        Ok(Self {
            name: name.to_owned(),
            table: definition.table.clone(),
            start: stream.start,
            filters: definition.filter.clone(),
            batch: stream.batch.into(),
            window: stream.window.duration(),
            parallel: stream.parallel.into(),
            retry: RetryPolicy {
                retries: stream.retries.into(),
                max_age: stream.max_age.duration(),
                bisect: false,
            },
            places,
        })
    }
}

fn within(
    pipe: &str,
    field: &'static str,
    value: u64,
    allowed: RangeInclusive<u64>,
) -> Result<(), SettingsError> {
    if allowed.contains(&value) {
        return Ok(());
    }
    let allowed = format!("{} to {}", allowed.start(), allowed.end());
    Err(SettingsError { pipe: pipe.to_owned(), field, value, allowed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(stream: &str) -> Result<Settings, SettingsError> {
        let yaml = format!("table: orders\nstream: {{ {stream} }}\nsubject: '\"x\"'\nevents: []\n");
        let places =
            Places { enrichment: "enrich".into(), target: "dispatch".into(), dead_letters: "d".into() };
        Settings::from_definition("orders", &Definition::parse(&yaml).unwrap(), places)
    }

    #[test]
    fn a_pipe_file_becomes_settings() {
        let settings =
            settings("batch: 5, window: 2s, retries: 3, max_age: 1h, parallel: 4, start: LATEST").unwrap();
        assert_eq!((settings.name.as_str(), settings.table.as_str()), ("orders", "orders"));
        assert_eq!((settings.batch, settings.parallel, settings.retry.retries), (5, 4, 3));
        assert_eq!(
            (settings.window, settings.retry.max_age),
            (Duration::from_secs(2), Duration::from_secs(3600))
        );
        assert_eq!(settings.start, StartingPosition::Latest);
    }

    #[test]
    fn every_number_is_checked_at_its_limit_and_just_over_it() {
        let good = ["batch: 1", "batch: 10000", "window: 0s", "window: 300s", "retries: 1", "retries: 10000"];
        let good = good.iter().chain(&["max_age: 60s", "max_age: 23h", "parallel: 1", "parallel: 10"]);
        for stream in good {
            assert!(settings(stream).is_ok(), "{stream}");
        }
        let bad = ["batch: 0", "batch: 10001", "window: 301s", "retries: 0", "retries: 10001"];
        let bad = bad.iter().chain(&["max_age: 59s", "max_age: 82801s", "parallel: 0", "parallel: 11"]);
        for stream in bad.chain(&["window: 60s, max_age: 60s"]) {
            let error = settings(stream).unwrap_err();
            assert!(stream.starts_with(error.field), "{stream}: {error}");
        }
    }
}
