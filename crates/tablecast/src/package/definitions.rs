use std::error::Error;
use std::path::Path;

use tablecast_definitions::problem;

use crate::definitions::{DefinitionFolders, Definitions};
use crate::output;

/// Reads the definitions, and checks them as `tablecast check` does.
pub fn checked(from: &Path) -> Result<Definitions, Box<dyn Error>> {
    let folders = DefinitionFolders { pipes: from.join("pipes"), schemas: from.join("schemas") };
    if let Some(missing) = [&folders.pipes, &folders.schemas].into_iter().find(|folder| !folder.is_dir()) {
        let missing = missing.display();
        return Err(format!(
            "{missing}: no such folder; name the folder with pipes/ and schemas/ with --from"
        )
        .into());
    }
    let definitions = folders.read_for_check()?;
    let report = definitions.check();
    report.warnings.iter().for_each(|warning| output::note(format!("warning: {warning}")));
    match report.problems.is_empty() {
        true => Ok(definitions),
        false => Err(format!(
            "nothing was packaged, because there are problems; `tablecast check` explains each one\n{}",
            problem::lines(&report.problems)
        )
        .into()),
    }
}
