//! Reads items from a file.

use std::fs;
use std::path::Path;

use tablecast_authoring::proposal::{Key, Sample, items};

use super::input::Input;

pub fn read(file: &Path, table: &str, key: &[String]) -> Result<Input, String> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
    let items = items::read(&text).map_err(|error| format!("{name}: {error}"))?;
    if key.is_empty() {
        return Err(format!(
            "{name}: a sample does not contain the table's key: pass it, such as --key Artist,SongTitle"
        ));
    }
    let key = Key::of(key, &items).map_err(|error| format!("{name}: {error}"))?;
    let origin = format!("{} items of {name}", items.len());
    Ok(Input {
        sample: Sample { table: table.to_owned(), key, items },
        origin,
        notes: Vec::new(),
        stream: None,
    })
}
