//! Reads the files of `pipes/` and `schemas/`. Nothing else in this crate accesses the disk.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::problem::{DefinitionFile, Problem, Rule};

/// The files of a folder with this extension, sorted by name.
pub fn read(folder: &Path, extension: &str) -> io::Result<Vec<DefinitionFile>> {
    let mut paths = paths(folder)?;
    paths.retain(|path| extension_of(path) == extension);
    paths.iter().map(|path| file(path)).collect()
}

/// Files of a folder that `read` leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Files that are probably definitions, such as `orders.yml`.
    pub misnamed: Vec<Problem>,
    pub others: Vec<Problem>,
}

/// Finds the files of a folder that `read` leaves out. Hidden files, backups, texts and records for tests are
/// no definitions. A folder that does not exist has none.
pub fn ignored(folder: &Path, extension: &str) -> Ignored {
    let is_left_out = |path: &PathBuf| !is_known_other(path, extension) && extension_of(path) != extension;
    let left_out =
        paths(folder).unwrap_or_default().into_iter().filter(|path| path.is_file() && is_left_out(path));
    let (misnamed, others): (Vec<PathBuf>, Vec<PathBuf>) =
        left_out.partition(|path| is_misnamed(path, extension));
    let problem =
        |path: &PathBuf, reason| Problem::new(Rule::IgnoredFile, &path.display().to_string(), "", reason);
    Ignored {
        misnamed: misnamed.iter().map(|path| problem(path, misnamed_reason(path, extension))).collect(),
        others: others.iter().map(|path| problem(path, other_reason(extension))).collect(),
    }
}

fn is_known_other(path: &Path, extension: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_record = extension == "yaml" && extension_of(path) == "json";
    name.starts_with('.')
        || name.ends_with('~')
        || is_record
        || ["md", "txt"].contains(&extension_of(path).as_str())
}

fn is_misnamed(path: &Path, extension: &str) -> bool {
    let found = extension_of(path).to_lowercase();
    match extension {
        "yaml" => ["yaml", "yml"].contains(&found.as_str()),
        _ => ["json", "jsonc", "json5", "yaml", "yml"].contains(&found.as_str()),
    }
}

fn misnamed_reason(path: &Path, extension: &str) -> String {
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    match extension_of(path).to_lowercase().as_str() {
        "yaml" | "yml" if extension == "json" => {
            format!("is not read, because schemas are JSON: write it as {name}.json")
        }
        _ => format!(
            "is not read, because its name does not end with .{extension}: rename it to {name}.{extension}"
        ),
    }
}

fn other_reason(extension: &str) -> String {
    format!("is not read, because its name does not end with .{extension}")
}

fn extension_of(path: &Path) -> String {
    path.extension().unwrap_or_default().to_string_lossy().into_owned()
}

fn paths(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn file(path: &Path) -> io::Result<DefinitionFile> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    Ok(DefinitionFile {
        file: path.display().to_string(),
        name: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
        text: fs::read_to_string(path).map_err(named)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_with_another_extension_is_named() {
        let folder = std::env::temp_dir().join(format!("tablecast-ignored-{}", std::process::id()));
        fs::create_dir_all(folder.join("fixtures.yml")).unwrap();
        for name in ["a.yaml", "b.yml", "c.YAML", "d.json", "e", "README.md", ".x.swp", "f.yaml~", "g.toml"] {
            fs::write(folder.join(name), "").unwrap();
        }
        let names = |problems: &[Problem]| -> Vec<String> {
            let name = |problem: &Problem| problem.file.rsplit('/').next().unwrap().to_owned();
            problems.iter().map(name).collect()
        };
        let pipes = ignored(&folder, "yaml");
        assert_eq!(
            (names(&pipes.misnamed), names(&pipes.others)),
            (vec!["b.yml".into(), "c.YAML".into()], vec!["e".into(), "g.toml".into()])
        );
        assert!(pipes.misnamed[0].reason.ends_with("rename it to b.yaml"), "{}", pipes.misnamed[0]);
        let schemas = ignored(&folder, "json");
        assert_eq!(names(&schemas.misnamed), ["a.yaml", "b.yml", "c.YAML"]);
        assert!(schemas.misnamed[0].reason.ends_with("write it as a.json"), "{}", schemas.misnamed[0]);
        assert_eq!(ignored(&folder.join("missing"), "yaml"), Ignored::default());
        fs::remove_dir_all(folder).unwrap();
    }
}
