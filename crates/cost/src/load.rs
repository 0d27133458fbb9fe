use crate::batch::Batch;

/// The load of a month of 30 days, and the options of the deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    pub pipes: Vec<PipeLoad>,
    pub clients: Clients,
    /// Retention of the archive of the bus. None has no archive.
    pub archive_days: Option<f64>,
    pub log_retention_days: f64,
    /// GB of the tables with point-in-time recovery.
    pub recovery_gb: f64,
    /// True if a key of the customer encrypts tables, logs and queues.
    pub has_key: bool,
    pub has_alarms: bool,
    /// Runs of `tablecast doctor`.
    pub doctor_runs: f64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PipeLoad {
    pub name: String,
    pub changes: f64,
    /// The bytes of one record.
    pub record_bytes: f64,
    /// A mean batch.
    pub batch: Batch,
    /// Events in one message to a client.
    pub events_per_message: f64,
    /// How long the log keeps events.
    pub keep_days: f64,
    pub has_bus: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Clients {
    /// Connected all month.
    pub connected: f64,
    pub ping_minutes: f64,
}

impl PipeLoad {
    pub(crate) fn batches(&self) -> f64 {
        self.changes / self.batch.changes as f64
    }

    pub(crate) fn events(&self) -> f64 {
        self.changes * self.batch.events as f64
    }
}
