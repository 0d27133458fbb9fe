use clap::Args;

use crate::definitions::DefinitionFolders;
use crate::timestamp::Timestamp;

/// The options of `tail` for a deployment.
#[derive(Debug, Args)]
pub struct LogArguments {
    /// Follow the logs of this deployment (Terraform's `name`), with AWS credentials in place of a token
    #[arg(long, value_name = "NAME", conflicts_with = "url")]
    pub deployment: Option<String>,
    /// Pipe of the deployment to follow (repeatable; default: those of the folder `pipes`)
    #[arg(long = "pipe", value_name = "NAME", requires = "deployment")]
    pipes: Vec<String>,
    /// Begin with the changes since this time: 2026-11-23T09:00:00Z, or 2h for two hours ago
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse, requires = "deployment")]
    pub since: Option<Timestamp>,
}

impl LogArguments {
    /// The pipes of the command line, or those of the folder.
    pub fn pipes(&self) -> Result<Vec<String>, String> {
        if !self.pipes.is_empty() {
            return Ok(self.pipes.clone());
        }
        let folders = DefinitionFolders { pipes: "pipes".into(), schemas: "schemas".into() };
        let files = folders.read_existing()?.pipes;
        match files.is_empty() {
            true => Err("pipes: has no pipe file; name the pipes with --pipe".to_owned()),
            false => Ok(files.into_iter().map(|file| file.name).collect()),
        }
    }
}
