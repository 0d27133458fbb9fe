use std::error::Error;
use std::path::PathBuf;

use clap::Args;
use tablecast_authoring::proposal::{Proposal, ProposalError, ProposalOptions, propose};

use super::input::Input;
use super::{sample_file, table};

/// Where to read a table's key and items, and the names in the proposed files.
#[derive(Debug, Args)]
pub struct Source {
    /// Maximum number of items to read, 1 to 1,000, with one Scan of at most 1 MB
    #[arg(long, default_value_t = 100, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub items: u16,
    /// Address of DynamoDB, such as http://127.0.0.1:8000 (default: AWS)
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// Read the items from this file instead: the output of `aws dynamodb scan`, or one item on each line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["items", "endpoint_url"])]
    sample: Option<PathBuf>,
    /// The table's partition key, and its sort key if it has one; needed with --sample
    #[arg(long, value_name = "PARTITION[,SORT]", value_delimiter = ',')]
    pub key: Vec<String>,
    /// Noun of the event types, such as order in order.created.v1 (default: from the table's name)
    #[arg(long, value_name = "NOUN")]
    pub entity: Option<String>,
    /// Name of the pipe, which cannot change after the first release (default: from the table's name)
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
}

impl Source {
    pub async fn read(&self, table: &str) -> Result<Input, Box<dyn Error>> {
        match &self.sample {
            Some(file) => Ok(sample_file::read(file, table, &self.key)?),
            None if self.key.is_empty() => table::read(table, self.items, self.endpoint_url.as_deref()).await,
            None => Err("--key is for a --sample: remove it, because the table itself has its key".into()),
        }
    }

    pub fn propose(&self, input: &Input, id_prefix: String) -> Result<Proposal, ProposalError> {
        let options = ProposalOptions { pipe: self.name.clone(), entity: self.entity.clone(), id_prefix };
        propose(&input.sample, &options)
    }

    /// Returns an option that has a meaning only with a table.
    pub fn option_for_a_table(&self) -> Option<&'static str> {
        let given = [
            ("--sample", self.sample.is_some()),
            ("--key", !self.key.is_empty()),
            ("--endpoint-url", self.endpoint_url.is_some()),
            ("--name", self.name.is_some()),
        ];
        given.iter().find(|(_, is_given)| *is_given).map(|(option, _)| *option)
    }
}
