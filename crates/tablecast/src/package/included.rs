use std::fs;
use std::path::Path;

use tablecast_definitions::folder as definitions;

/// A file of the definitions that goes into a zip.
#[derive(Debug, PartialEq, Eq)]
pub struct Included {
    /// Relative to the folder of the definitions, with `/`.
    pub name: String,
    pub content: Vec<u8>,
}

/// Reads the definitions that `folder/*.extension` matches, without subfolders. A pattern that matches nothing is
/// an error.
pub fn files(root: &Path, pattern: &str) -> Result<Vec<Included>, String> {
    let (folder, extension) = pattern
        .split_once("/*.")
        .ok_or_else(|| format!("{pattern:?} must have the form \"folder/*.extension\""))?;
    let failure = |error| format!("{pattern:?}: cannot read: {error}");
    let mut found = Vec::new();
    for path in definitions::list(&root.join(folder), extension).map_err(failure)? {
        let name = format!("{folder}/{}", path.file_name().unwrap_or_default().to_string_lossy());
        found.push(Included { name, content: fs::read(&path).map_err(failure)? });
    }
    match found.is_empty() {
        true => Err(format!("{pattern:?} matches no file in {}", root.display())),
        false => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn folder() -> TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("pipes/fixtures")).unwrap();
        for name in ["orders.yaml", "notes.md", ".orders.yaml.swp", "._orders.yaml", "fixtures/deep.yaml"] {
            fs::write(root.path().join("pipes").join(name), name).unwrap();
        }
        root
    }

    #[test]
    fn a_pattern_matches_the_files_of_one_folder_with_one_extension() {
        let found = files(folder().path(), "pipes/*.yaml").unwrap();
        let orders = Included { name: "pipes/orders.yaml".to_owned(), content: b"orders.yaml".to_vec() };
        assert_eq!(found, [orders]);
    }

    #[test]
    fn a_pattern_that_matches_nothing_is_an_error() {
        for (pattern, reason) in [
            ("pipes", "must have the form \"folder/*.extension\""),
            ("pipes/*.json", "matches no file in "),
            ("schemas/*.json", "\"schemas/*.json\": cannot read: No such file"),
        ] {
            let error = files(folder().path(), pattern).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
