use tablecast_cost::{Batch, Clients, Load, PipeLoad, Prices};

pub const BATCH: Batch = Batch {
    changes: 10,
    events: 1,
    bytes: 1000,
    listeners: 1,
    channels: 1,
    segments: 3,
    channel_segments: 2,
};

/// A pipe as `tablecast cost` has it by default.
pub fn pipe(changes: f64) -> PipeLoad {
    PipeLoad {
        name: "orders".to_owned(),
        changes,
        record_bytes: 2000.0,
        batch: BATCH,
        events_per_message: 1.0,
        keep_days: 7.0,
        has_bus: true,
    }
}

pub fn load(pipes: Vec<PipeLoad>) -> Load {
    Load {
        pipes,
        clients: Clients { connected: 0.0, ping_minutes: 4.0 },
        archive_days: Some(14.0),
        log_retention_days: 30.0,
        recovery_gb: 0.0,
        has_key: false,
        has_alarms: true,
        doctor_runs: 0.0,
    }
}

pub fn prices() -> Prices {
    Prices::us_east_1().unwrap()
}
