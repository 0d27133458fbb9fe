//! Reads the files of `pipes/` and `schemas/`. Nothing else in this crate accesses the disk.

use std::path::{Path, PathBuf};
use std::{fs, io};

use crate::problem::{DefinitionFile, Problem, Rule};

/// The definitions of a folder, sorted by name.
pub fn read(folder: &Path, extension: &str) -> io::Result<Vec<DefinitionFile>> {
    list(folder, extension)?.iter().map(|path| file(path)).collect()
}

/// The definitions of a folder, and a problem for each file that cannot be read. Such a file has no text.
pub fn read_with_problems(folder: &Path, extension: &str) -> io::Result<(Vec<DefinitionFile>, Vec<Problem>)> {
    let rule = if extension == "yaml" { Rule::PipeFile } else { Rule::SchemaFile };
    let mut problems = Vec::new();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| {
            problems.push(Problem::new(rule, &path.display().to_string(), "", unreadable(&path, &error)));
            String::new()
        });
        definition(&path, text)
    };
    Ok((list(folder, extension)?.into_iter().map(read).collect(), problems))
}

fn unreadable(path: &Path, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::InvalidData => "is not UTF-8: save it in this encoding".to_owned(),
        io::ErrorKind::NotFound if path.is_symlink() => {
            "is a link to nothing: create that file, or remove the link".to_owned()
        }
        _ => format!("cannot be read: {error}"),
    }
}

/// The paths of the definitions of a folder, sorted by name. A link to nothing is among them, so that reading it fails.
pub fn list(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut paths = paths(folder)?;
    paths.retain(|path| is_definition(path, extension) && !is_no_file(path));
    Ok(paths)
}

/// Returns whether a file of this name is a definition. A hidden one is not: editors and file systems write those.
pub fn is_definition(path: &Path, extension: &str) -> bool {
    extension_of(path) == extension && !is_hidden(path)
}

/// Files of a folder that `read` leaves out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ignored {
    /// Files that are probably definitions, such as `orders.yml`.
    pub misnamed: Vec<Problem>,
    pub others: Vec<Problem>,
}

/// Finds the files of a folder that `read` leaves out. Hidden files, backups, texts and records for tests are
/// no definitions. A folder or a socket with a definition's name is left out, too. A folder that does not exist has none.
pub fn ignored(folder: &Path, extension: &str) -> Ignored {
    let is_left_out = |path: &PathBuf| match is_definition(path, extension) {
        true => is_no_file(path),
        false => path.is_file() && !is_known_other(path, extension),
    };
    let left_out = paths(folder).unwrap_or_default().into_iter().filter(is_left_out);
    let (misnamed, others): (Vec<PathBuf>, Vec<PathBuf>) =
        left_out.partition(|path| path.is_file() && is_misnamed(path, extension));
    let problem =
        |path: &PathBuf, reason| Problem::new(Rule::IgnoredFile, &path.display().to_string(), "", reason);
    Ignored {
        misnamed: misnamed.iter().map(|path| problem(path, misnamed_reason(path, extension))).collect(),
        others: others.iter().map(|path| problem(path, other_reason(path, extension))).collect(),
    }
}

fn is_known_other(path: &Path, extension: &str) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let is_record = extension == "yaml" && extension_of(path) == "json";
    is_hidden(path)
        || name.ends_with('~')
        || is_record
        || ["md", "txt"].contains(&extension_of(path).as_str())
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().unwrap_or_default().to_string_lossy().starts_with('.')
}

fn is_no_file(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| !metadata.is_file())
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

fn other_reason(path: &Path, extension: &str) -> String {
    match is_no_file(path) {
        true => "is not read, because it is no file".to_owned(),
        false => format!("is not read, because its name does not end with .{extension}"),
    }
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
    Ok(definition(path, fs::read_to_string(path).map_err(named)?))
}

fn definition(path: &Path, text: String) -> DefinitionFile {
    let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    DefinitionFile { file: path.display().to_string(), name, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_files_and_folders_with_the_extension_are_no_definitions() {
        let folder = std::env::temp_dir().join(format!("tablecast-hidden-{}", std::process::id()));
        fs::create_dir_all(folder.join("old.yaml")).unwrap();
        fs::write(folder.join("._a.yaml"), [0xff]).unwrap();
        fs::write(folder.join("a.yaml"), "").unwrap();
        std::os::unix::fs::symlink("user@host.1", folder.join(".#a.yaml")).unwrap();
        let found = read(&folder, "yaml").unwrap();
        assert_eq!(found.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["a"]);
        let ignored = ignored(&folder, "yaml");
        assert_eq!((ignored.misnamed.len(), ignored.others.len()), (0, 1));
        assert!(ignored.others[0].to_string().ends_with("old.yaml: is not read, because it is no file"));
        std::os::unix::fs::symlink("nothing", folder.join("b.yaml")).unwrap();
        assert!(read(&folder, "yaml").unwrap_err().to_string().contains("b.yaml"));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_read_is_a_problem_of_that_file() {
        let folder = std::env::temp_dir().join(format!("tablecast-unreadable-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("a.json"), "{}").unwrap();
        fs::write(folder.join("b.json"), b"\xff\xfe{\0}\0").unwrap();
        fs::write(folder.join("c.json"), b"{\"caf\xe9\": 1}").unwrap();
        std::os::unix::fs::symlink("nothing", folder.join("d.json")).unwrap();
        let (files, problems) = read_with_problems(&folder, "json").unwrap();
        let texts: Vec<_> = files.iter().map(|file| (file.name.as_str(), file.text.as_str())).collect();
        assert_eq!(texts, [("a", "{}"), ("b", ""), ("c", ""), ("d", "")]);
        let reasons: Vec<_> = problems.iter().map(|problem| problem.reason.as_str()).collect();
        let encoding = "is not UTF-8: save it in this encoding";
        assert_eq!(
            reasons,
            [encoding, encoding, "is a link to nothing: create that file, or remove the link"]
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_file_with_another_extension_is_named() {
        let folder = std::env::temp_dir().join(format!("tablecast-ignored-{}", std::process::id()));
        fs::create_dir_all(folder.join("fixtures.yml")).unwrap();
        for name in [
            "a.yaml",
            "b.yml",
            "c.YAML",
            "d.json",
            "e",
            "README.md",
            ".x.swp",
            "f.yaml~",
            "g.toml",
            "h.jsonc",
        ] {
            fs::write(folder.join(name), "").unwrap();
        }
        let names = |problems: &[Problem]| -> Vec<String> {
            let name = |problem: &Problem| problem.file.rsplit('/').next().unwrap().to_owned();
            problems.iter().map(name).collect()
        };
        let pipes = ignored(&folder, "yaml");
        assert_eq!(
            (names(&pipes.misnamed), names(&pipes.others)),
            (vec!["b.yml".into(), "c.YAML".into()], vec!["e".into(), "g.toml".into(), "h.jsonc".into()])
        );
        assert!(pipes.misnamed[0].reason.ends_with("rename it to b.yaml"), "{}", pipes.misnamed[0]);
        let schemas = ignored(&folder, "json");
        assert_eq!(names(&schemas.misnamed), ["a.yaml", "b.yml", "c.YAML", "h.jsonc"]);
        assert!(schemas.misnamed[0].reason.ends_with("write it as a.json"), "{}", schemas.misnamed[0]);
        assert_eq!(ignored(&folder.join("missing"), "yaml"), Ignored::default());
        fs::remove_dir_all(folder).unwrap();
    }
}
