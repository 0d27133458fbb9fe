//! A first pipe file for a table: what `tablecast_authoring::proposal` proposes, read from the table and written to files.

mod files;
mod table;
mod told;

use std::error::Error;
use std::fs;
use std::path::Path;

use tablecast_authoring::proposal::{Key, Sample, Wish, propose, sample};
use tablecast_definitions::folder;
use tablecast_definitions::problem::Source;
use tablecast_protocol::event_type;

use crate::arguments::NewPipeArguments;

/// What schemas are called by who has no schemas yet.
const HOME: &str = "https://tablecast.example/schemas/";

/// What there is to look at.
struct Found {
    sample: Sample,
    /// How it came: `4 items of items.json`.
    by: String,
    notes: Vec<String>,
}

pub async fn run(arguments: NewPipeArguments) -> Result<(), Box<dyn Error>> {
    let found = match &arguments.sample {
        Some(file) => of_file(file, &arguments)?,
        None => table::read(&arguments).await?,
    };
    let schemas = existing(&arguments.schemas, "json")?;
    let wish = Wish { pipe: arguments.name.clone(), entity: arguments.entity.clone(), home: home(&schemas) };
    let proposal = propose(&found.sample, &wish)?;
    files::refuse_second_pipe(&existing(&arguments.pipes, "yaml")?, &found.sample.table)?;
    let written = files::write(&proposal, &arguments.pipes, &arguments.schemas)?;
    told::print(&found, &proposal, &written)
}

fn of_file(file: &Path, arguments: &NewPipeArguments) -> Result<Found, Box<dyn Error>> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let items = sample::read(&text).map_err(|error| format!("{name}: {error}"))?;
    if arguments.key.is_empty() {
        return Err("a sample does not tell the table's key: say it, such as --key Artist,SongTitle".into());
    }
    let key = Key::of(&arguments.key, &items).map_err(|error| format!("{name}: {error}"))?;
    let by = format!("{} items of {name}", items.len());
    Ok(Found { sample: Sample { table: arguments.table.clone(), key, items }, by, notes: Vec::new() })
}

/// The files of a folder, if there is one.
fn existing(folder: &Path, extension: &str) -> Result<Vec<Source>, String> {
    match folder.exists() {
        true => folder::read(folder, extension).map_err(|error| format!("{}: {error}", folder.display())),
        false => Ok(Vec::new()),
    }
}

/// New schemas are at home where the others are.
fn home(schemas: &[Source]) -> String {
    let home = |schema: &Source| {
        let document: serde_json::Value = serde_json::from_str(&schema.text).ok()?;
        let id = document["$id"].as_str()?;
        id.strip_suffix(&format!("{}.json", schema.name)).map(str::to_owned)
    };
    let own = schemas.iter().filter(|schema| !event_type::is_control(&schema.name));
    own.chain(schemas).find_map(home).unwrap_or_else(|| HOME.to_owned())
}
