use tablecast_definitions::definition::StartingPosition;

use crate::arn::Arn;
use crate::config::PipeConfig;

/// A pipe between AWS resources.
#[derive(Debug, Clone, PartialEq)]
pub struct PipeSpec {
    pub config: PipeConfig,
    /// The stream of a table.
    pub source: Arn,
    pub start: StartingPosition,
    /// The ARN of the pipe's IAM role.
    pub role: String,
    /// The queue for dead letters.
    pub dead_letters: Option<Arn>,
}
