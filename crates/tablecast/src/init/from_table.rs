//! The events of a table that exists. The table keeps its owner: Terraform reads its stream and does not create it.

use std::error::Error;

use super::Definitions;
use super::words::Words;
use crate::definitions::DefinitionFolders;
use crate::new::pipe::{Input, Source, files, report};

pub async fn definitions(table: &str, source: &Source, words: &Words) -> Result<Definitions, Box<dyn Error>> {
    let input = source.read(table).await?;
    let proposal = source.propose(&input, format!("https://{}.example/schemas/", words.name))?;
    let folders = DefinitionFolders { pipes: "pipes".into(), schemas: "schemas".into() };
    let report = report::text(&input, &proposal)?;
    Ok(Definitions { files: files::files(&proposal, &folders), existing_tables: existing(&input), report })
}

/// Without a usable stream, the value does not pass Terraform's validation, which names the remedy.
fn existing(input: &Input) -> String {
    let table = &input.sample.table;
    let missing = || format!("arn:aws:dynamodb:<region>:<account>:table/{table}/stream/<label>");
    let stream = input.stream.clone().unwrap_or_else(missing);
    include_str!("template/existing.tf")
        .replace("@table_key@", &format!("{table:?}"))
        .replace("@table@", table)
        .replace("@stream@", &stream)
}
