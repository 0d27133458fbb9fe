use std::path::PathBuf;

use clap::Args;

use crate::deployment::DeploymentArguments;
use crate::format::Format;

/// Find what is wrong with a deployment or the local mode
///
/// Reads only, and changes nothing. Each finding has its severity, the evidence and the fix. Exits with 0 if there is
/// nothing or there are notes only, with 1 if there are warnings or critical findings, and with 2 if it cannot run.
#[derive(Debug, Args)]
pub struct Doctor {
    #[command(flatten)]
    pub scope: Scope,
    /// Output format; docs/reference/doctor.md describes the JSON
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
    /// Print the IAM policy that the command needs, and exit
    #[arg(long)]
    pub permissions: bool,
}

/// Show one line for each part of a deployment or the local mode
///
/// The short form of `tablecast doctor`, with its exit codes.
#[derive(Debug, Args)]
pub struct Status {
    #[command(flatten)]
    pub scope: Scope,
}

/// The deployment to examine, and the folder to compare it with.
#[derive(Debug, Args)]
pub struct Scope {
    #[command(flatten)]
    pub place: DeploymentArguments,
    /// Folder with pipes/ and schemas/, to compare the deployment with
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub from: PathBuf,
    /// Folder of the zips that `tablecast package` wrote (default: target/lambda/<ARCH> below --from)
    #[arg(long, value_name = "DIR")]
    pub packages: Option<PathBuf>,
    /// Lag from which events are late, in seconds; as Terraform's lag_alarm_seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub lag: u32,
    /// Repeat after so many seconds, until Ctrl-C
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub watch: Option<u32>,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy)]
pub enum Form {
    Text,
    Json,
    Status,
}

impl From<Format> for Form {
    fn from(format: Format) -> Self {
        match format {
            Format::Text => Self::Text,
            Format::Json => Self::Json,
        }
    }
}
