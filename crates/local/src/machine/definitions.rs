use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tablecast_pipeline::definition::Definition;

use super::StartError;

/// By the pipe's name, which is its file's.
pub type Definitions = BTreeMap<String, Definition>;

pub fn read(folder: &Path) -> Result<Definitions, StartError> {
    let unreadable = |reason| StartError::Folder { folder: folder.to_owned(), reason };
    let mut definitions = Definitions::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if let Some(name) = pipe_name(&path) {
            definitions.insert(name, read_file(&path)?);
        }
    }
    match definitions.is_empty() {
        true => Err(StartError::NoPipes(folder.to_owned())),
        false => Ok(definitions),
    }
}

fn pipe_name(path: &Path) -> Option<String> {
    let is_pipe = path.extension().is_some_and(|extension| extension == "yaml");
    is_pipe.then(|| path.file_stem())?.and_then(|name| name.to_str()).map(str::to_owned)
}

fn read_file(path: &Path) -> Result<Definition, StartError> {
    let bad = |reason: String| StartError::Pipe { path: PathBuf::from(path), reason };
    let yaml = fs::read_to_string(path).map_err(|error| bad(error.to_string()))?;
    Definition::parse(&yaml).map_err(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "table: orders\nsubject: '\"orders/\" + item.id'\nevents: []\n";

    fn read_files(files: &[(&str, &str)]) -> Result<Definitions, StartError> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(folder.path().join(name), text).unwrap();
        }
        read(folder.path())
    }

    #[test]
    fn a_pipe_is_named_as_its_file() {
        let definitions = read_files(&[("sales.yaml", GOOD), ("README.md", "# Pipes")]).unwrap();
        let tables: Vec<_> = definitions.iter().map(|(name, pipe)| (name.as_str(), &*pipe.table)).collect();
        assert_eq!(tables, [("sales", "orders")]);
    }

    #[test]
    fn a_bad_pipe_file_is_told_with_its_name_and_place() {
        let bad = GOOD.replace("subject", "subjekt");
        let error = read_files(&[("orders.yaml", GOOD), ("sales.yaml", &bad)]).unwrap_err().to_string();
        assert!(error.contains("sales.yaml") && error.contains("subjekt"), "{error}");
        assert!(error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_folder_without_pipe_files_is_told() {
        assert!(matches!(read_files(&[]), Err(StartError::NoPipes(_))));
        let missing = read(Path::new("no/such/folder")).unwrap_err().to_string();
        assert!(missing.contains("no/such/folder"), "{missing}");
    }
}
