//! Of the commands that show events, and of what it takes to see them.

use std::path::PathBuf;

use clap::Args;
use serde_json::Value;
use tablecast_definitions::definition::Seconds;
use tablecast_protocol::Position;
use tablecast_protocol::subject::Pattern;

use crate::replay::Moment;
use crate::token;

#[derive(Debug, Args)]
pub struct TailArguments {
    /// What to show, such as orders/acme/1001 or orders/*
    #[arg(default_value = "*", value_name = "PATTERN")]
    pub patterns: Vec<String>,
    /// Where to connect to
    #[arg(long, default_value = "ws://127.0.0.1:8787")]
    pub url: String,
    /// Whom to connect as: see `tablecast token`
    #[arg(long, env = "TABLECAST_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// Print each event as it came, one a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ReplayArguments {
    /// Whose log: the name of a pipe file
    pub pipe: String,
    /// What the events are about, such as orders/acme/* (may be repeated)
    #[arg(long = "subject", default_value = "*", value_name = "PATTERN", value_parser = pattern)]
    pub subjects: Vec<Pattern>,
    /// Only events of this type (may be repeated)
    #[arg(long = "type", value_name = "TYPE")]
    pub types: Vec<String>,
    /// Of changes made then or later: 2026-11-23T09:00:00Z, or 2h for two hours ago
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub since: Option<Moment>,
    /// Of changes made before then
    #[arg(long, value_name = "TIME", value_parser = Moment::parse)]
    pub until: Option<Moment>,
    /// Behind this event of the log, by its `position`
    #[arg(long, value_name = "POSITION")]
    pub after: Option<Position>,
    /// To the bus instead of stdout: with the same ids, and marked as `replayed`
    #[arg(long)]
    pub to_bus: bool,
    /// What `replayed` says (default: the time)
    #[arg(long, value_name = "NAME", requires = "to_bus")]
    pub replay: Option<String>,
    /// Terraform's `name`, on AWS or wherever AWS_ENDPOINT_URL says (default: the local mode)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["port", "dynamodb_port"])]
    pub deployment: Option<String>,
    /// The local mode's --port
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// The local mode's --dynamodb-port
    #[arg(long, default_value_t = 8000, value_name = "PORT")]
    pub dynamodb_port: u16,
}

fn pattern(text: &str) -> Result<Pattern, String> {
    Pattern::parse(text).map_err(|error| format!("it {error}"))
}

#[derive(Debug, Args)]
pub struct TokenArguments {
    /// A claim, such as tenant=acme; with commas it is a list, such as roles=a,b (may be repeated)
    #[arg(long = "claim", value_name = "NAME=VALUE", value_parser = token::claim)]
    pub claims: Vec<(String, Value)>,
    /// Whose token it is (the claim sub)
    #[arg(long, default_value = "developer")]
    pub subject: String,
    /// For how long it is good, such as 90s, 5m or 1h
    #[arg(long, default_value = "12h", value_name = "SPAN", value_parser = token::span)]
    pub expires: Seconds,
    /// The local mode's --data, where the issuer's key is
    #[arg(long, value_name = "DIR", default_value = ".tablecast")]
    pub data: PathBuf,
}
