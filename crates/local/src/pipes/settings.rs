use std::path::PathBuf;
use std::time::Duration;

use tablecast_pipeline::definition::{Definition, StartingPosition};

use super::{Filter, RetryPolicy};

/// What a pipe is made of, wherever it was written down.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub name: String,
    /// The table whose stream is the source.
    pub table: String,
    pub start: StartingPosition,
    pub filter: Filter,
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

impl Settings {
    /// Of a pipe file that has been compiled: its numbers are within the limits of EventBridge Pipes.
    pub fn new(name: String, definition: Definition, filter: Filter, places: Places) -> Self {
        let Definition { table, stream, .. } = definition;
        Self {
            name,
            table,
            start: stream.start,
            filter,
            batch: stream.batch.into(),
            window: stream.window.duration(),
            parallel: stream.parallel.into(),
            retry: RetryPolicy {
                retries: stream.retries.into(),
                max_age: stream.max_age.duration(),
                bisect: stream.bisect,
            },
            places,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(stream: &str) -> Settings {
        let yaml = format!("table: orders\nstream: {{ {stream} }}\nsubject: '\"x\"'\nevents: []\n");
        let places =
            Places { enrichment: "enrich".into(), target: "dispatch".into(), dead_letters: "d".into() };
        Settings::new("sales".into(), Definition::parse(&yaml).unwrap(), Filter::default(), places)
    }

    #[test]
    fn a_pipe_file_becomes_settings() {
        let settings = settings("batch: 5, window: 2s, retries: 3, max_age: 1h, parallel: 4, start: LATEST");
        assert_eq!((settings.name.as_str(), settings.table.as_str()), ("sales", "orders"));
        assert_eq!((settings.batch, settings.parallel, settings.retry.retries), (5, 4, 3));
        assert_eq!(
            (settings.window, settings.retry.max_age),
            (Duration::from_secs(2), Duration::from_secs(3600))
        );
        assert_eq!(settings.start, StartingPosition::Latest);
    }

    #[test]
    fn a_failed_batch_is_halved_only_where_the_pipe_file_says_so() {
        assert!(settings("bisect: true").retry.bisect);
        assert!(!settings("bisect: false").retry.bisect && !settings("").retry.bisect);
    }
}
