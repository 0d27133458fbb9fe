use std::process::Command;
use std::time::Instant;

use crate::function::Function;
use crate::scenario::{Scenario, batch};
use crate::stand_in::StandIn;

/// The mean of each figure for one batch. `peak_mb` is the maximum of the process.
pub struct Figures {
    pub frames: usize,
    /// Requests to DynamoDB and to the bus.
    pub other_requests: usize,
    pub wall_ms: f64,
    pub cpu_ms: f64,
    pub peak_mb: f64,
}

/// Starts a process, sends one batch to warm up, and measures the batches of the scenario.
pub async fn measure(stand_in: &StandIn, scenario: &Scenario, command: Command, table: &str) -> Figures {
    let mut function = Function::start(command, &stand_in.address, table).await;
    let payload = batch();
    assert_eq!(function.invoke(&payload).await, r#"{"batchItemFailures":[]}"#);
    stand_in.counts();
    let (cpu, start) = (function.cpu_ms(), Instant::now());
    for _ in 0..scenario.batches {
        assert_eq!(function.invoke(&payload).await, r#"{"batchItemFailures":[]}"#);
    }
    let batches = f64::from(scenario.batches);
    let wall_ms = start.elapsed().as_secs_f64() * 1000.0 / batches;
    let cpu_ms = (function.cpu_ms() - cpu) / batches;
    let (frames, other_requests) = stand_in.counts();
    Figures {
        frames: frames / scenario.batches as usize,
        other_requests: other_requests / scenario.batches as usize,
        wall_ms,
        cpu_ms,
        peak_mb: function.peak_mb(),
    }
}
