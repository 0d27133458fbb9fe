use std::path::PathBuf;

use clap::Args;
use clap::value_parser;

use super::changes::Changes;
use crate::definitions::DefinitionFolders;

/// Calculate what the pipe files cost in a month
///
/// Prints a line for each price, with its arithmetic, and the sum of each service. It reads no account. The numbers of
/// docs/reference/cost.md come from the same calculation.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Changes in a month, of every pipe or of one; repeat it for more pipes
    #[arg(long, default_value = "1000000", value_name = "[PIPE=]COUNT")]
    pub changes: Vec<Changes>,
    /// Changes in one batch
    #[arg(long, default_value_t = 10, value_name = "COUNT", value_parser = value_parser!(u64).range(1..=10_000))]
    pub batch: u64,
    /// Channels of the changes in one batch
    #[arg(long, default_value_t = 1, value_name = "COUNT", value_parser = value_parser!(u64).range(1..=10_000))]
    pub channels: u64,
    /// Events of one change
    #[arg(long, default_value_t = 1, value_name = "COUNT", value_parser = value_parser!(u64).range(0..=1000))]
    pub events: u64,
    /// Bytes of one event
    #[arg(long, default_value_t = 1000, value_name = "BYTES", value_parser = value_parser!(u64).range(1..=1_048_576))]
    pub bytes: u64,
    /// Bytes of one stream record
    #[arg(long, default_value_t = 2000, value_name = "BYTES", value_parser = value_parser!(u64).range(1..=1_048_576))]
    pub record_bytes: u64,
    /// Clients that receive one event
    #[arg(long, default_value_t = 1, value_name = "COUNT", value_parser = value_parser!(u64).range(0..=10_000_000))]
    pub listeners: u64,
    /// Events in one message to a client, with cloudevents-batch.json
    #[arg(long, default_value_t = 1.0, value_name = "COUNT", value_parser = positive)]
    pub events_per_message: f64,
    /// Clients that are connected all month
    #[arg(long, default_value_t = 0, value_name = "COUNT", value_parser = value_parser!(u64).range(0..=100_000_000))]
    pub clients: u64,
    /// Minutes between two pings of a client
    #[arg(long, default_value_t = 4.0, value_name = "MINUTES", value_parser = positive)]
    pub ping_minutes: f64,
    /// Days that the archive of the bus keeps events; 0 is no archive
    #[arg(long, default_value_t = 14, value_name = "DAYS")]
    pub archive_days: u32,
    /// Days that CloudWatch keeps log lines
    #[arg(long, default_value_t = 30, value_name = "DAYS")]
    pub log_days: u32,
    /// GB of the tables with point-in-time recovery
    #[arg(long, default_value_t = 0.0, value_name = "GB", value_parser = not_negative)]
    pub recovery_gb: f64,
    /// A key of your own encrypts the tables
    #[arg(long)]
    pub key: bool,
    /// Without alarms and dashboard
    #[arg(long)]
    pub no_alarms: bool,
    /// Runs of the doctor in a month
    #[arg(long, default_value_t = 0, value_name = "COUNT")]
    pub doctor_runs: u32,
    /// List of prices of another region or date, in JSON
    #[arg(long, value_name = "FILE")]
    pub prices: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub folders: DefinitionFolders,
}

fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0);
    number.ok_or_else(|| "write a number greater than 0".to_owned())
}

fn not_negative(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "write a number, such as 2.5".to_owned())
}
