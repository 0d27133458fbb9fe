use clap::Args;
use tablecast_protocol::Position;
use tablecast_protocol::subject::Pattern;

use super::checkpoint::{self, Checkpoint};
use crate::deployment::DeploymentArguments;
use crate::timestamp::Timestamp;

/// Print or publish events of a pipe's logs again
///
/// Prints them on stdout, or publishes them on the bus with --to-bus. The events of each channel are in order, and the
/// channels follow one another. It uses the local mode unless you set --deployment.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Name of the pipe
    pub pipe: String,
    /// Only events of these subjects, such as orders/acme/* (repeatable)
    #[arg(long = "subject", default_value = "*", value_name = "PATTERN", value_parser = pattern)]
    pub subjects: Vec<Pattern>,
    /// Only events of this type (repeatable)
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Only changes at this time or later: 2026-11-23T09:00:00Z, or 2h for two hours ago
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub since: Option<Timestamp>,
    /// Only changes before this time
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse)]
    pub until: Option<Timestamp>,
    /// Only events of the channel with this `source`, such as tablecast/orders/acme
    #[arg(long, value_name = "SOURCE", value_parser = checkpoint::source)]
    pub source: Option<String>,
    /// Only events after this `position` of --source
    #[arg(long, value_name = "POSITION", requires = "source")]
    pub after: Option<Position>,
    /// Continue a replay that failed: the value is in its error message
    #[arg(long = "continue", value_name = "SOURCE[@POSITION]", conflicts_with_all = ["source", "after"])]
    pub checkpoint: Option<Checkpoint>,
    /// Publish on the bus instead of stdout, with the same ids and a member `replayed`
    #[arg(long)]
    pub to_bus: bool,
    /// Value of `replayed` (default: the time)
    #[arg(long, value_name = "NAME", requires = "to_bus")]
    pub replay: Option<String>,
    #[command(flatten)]
    pub place: DeploymentArguments,
}

impl Arguments {
    /// Where the replay of a channel starts.
    pub fn start_of(&self, source: String) -> Checkpoint {
        let continued = self.checkpoint.as_ref().filter(|checkpoint| checkpoint.source == source);
        let after = continued.map_or(self.after, |checkpoint| checkpoint.after);
        Checkpoint { source, after }
    }
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::parse(text).map_err(|error| format!("it {error}"))
}
