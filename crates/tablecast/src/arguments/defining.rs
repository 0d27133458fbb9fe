//! Of the commands that read pipe files and schemas, or begin them.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::package::Architecture;
use crate::publish;

#[derive(Debug, Subcommand)]
pub enum New {
    /// Write a first pipe file for a table, with schemas, examples and tests that pass `check`
    ///
    /// Looks at the table's key and at some of its items, where the SDKs' environment says: AWS_PROFILE, AWS_REGION, ... None of
    /// the values that they hold is written down. docs/start/your-own-table.md walks through it.
    Pipe(NewPipeArguments),
}

#[derive(Debug, Args)]
pub struct NewPipeArguments {
    /// The table's name
    pub table: String,
    /// How many items are read at most, by one Scan, which reads no more than 1 MB
    #[arg(long, default_value_t = 100, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub items: u16,
    /// Where DynamoDB is, such as http://127.0.0.1:8000
    #[arg(long, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// Look at these items instead: what `aws dynamodb scan` prints, or an item a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["items", "endpoint_url"])]
    pub sample: Option<PathBuf>,
    /// Of a sample the table's key: the partition key, and the sort key if there is one
    #[arg(long, value_name = "PARTITION[,SORT]", value_delimiter = ',')]
    pub key: Vec<String>,
    /// What an item is called, such as order in order.created.v1 (default: from the table's name)
    #[arg(long, value_name = "NOUN")]
    pub entity: Option<String>,
    /// What the pipe is called (default: from the table's name); it cannot be called otherwise once it has been released
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
}

#[derive(Debug, Args)]
pub struct CheckArguments {
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
    /// The schemas of before, a folder or a revision in git, such as origin/main: no change may break their readers
    #[arg(long, value_name = "REVISION|DIR")]
    pub against: Option<String>,
    /// How to tell it: docs/reference/check.md has the shape of the JSON
    #[arg(long, value_enum, default_value_t)]
    pub format: Format,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Args)]
pub struct PublishArguments {
    /// Where to write them; nothing that is there is deleted
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// Where clients connect, for what is to be copied: Terraform's output socket_url
    #[arg(long, default_value = publish::LOCAL_SOCKET, value_name = "URL", value_parser = publish::socket)]
    pub socket: String,
    /// The name of the bus: Terraform's output bus
    #[arg(long, default_value = "tablecast", value_name = "NAME")]
    pub bus: String,
    /// Where the pipe files are
    #[arg(long, default_value = "pipes", value_name = "DIR")]
    pub pipes: PathBuf,
    /// Where the schemas are
    #[arg(long, default_value = "schemas", value_name = "DIR")]
    pub schemas: PathBuf,
}

#[derive(Debug, Args)]
pub struct PackageArguments {
    /// What the functions are to run on
    #[arg(long, value_enum, default_value_t)]
    pub arch: Architecture,
    /// Where the zips go (default: target/lambda/<ARCH>)
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The folder with pipes/ and schemas/ (default: the project's)
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
}
