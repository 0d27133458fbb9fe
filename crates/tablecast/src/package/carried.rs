use std::fs;
use std::path::Path;

/// A file of the workspace, on its way into a zip.
#[derive(Debug, PartialEq, Eq)]
pub struct Carried {
    /// From the root, with `/`.
    pub name: String,
    pub content: Vec<u8>,
}

/// What `folder/*.extension` stands for: no subfolders. A pattern that fits nothing is an error.
pub fn files(root: &Path, pattern: &str) -> Result<Vec<Carried>, String> {
    let (folder, extension) = pattern
        .split_once("/*.")
        .ok_or_else(|| format!("carries: {pattern:?} is not of the form \"folder/*.extension\""))?;
    let failed = |error| format!("carries: {pattern:?}: {error}");
    let mut found = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|found| found == extension) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            found.push(Carried {
                name: format!("{folder}/{name}"),
                content: fs::read(&path).map_err(failed)?,
            });
        }
    }
    match found.is_empty() {
        true => Err(format!("carries: there is no {pattern} in {}", root.display())),
        false => Ok(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    fn folder() -> TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("pipes/fixtures")).unwrap();
        for name in ["orders.yaml", "notes.md", ".orders.yaml.swp", "fixtures/deep.yaml"] {
            fs::write(root.path().join("pipes").join(name), name).unwrap();
        }
        root
    }

    #[test]
    fn a_pattern_stands_for_the_files_of_one_folder_with_one_extension() {
        let found = files(folder().path(), "pipes/*.yaml").unwrap();
        let orders = Carried { name: "pipes/orders.yaml".to_owned(), content: b"orders.yaml".to_vec() };
        assert_eq!(found, [orders]);
    }

    #[test]
    fn a_pattern_that_stands_for_nothing_is_told() {
        for (pattern, reason) in [
            ("pipes", "is not of the form \"folder/*.extension\""),
            ("pipes/*.json", "there is no pipes/*.json in "),
            ("schemas/*.json", "\"schemas/*.json\": No such file"),
        ] {
            let error = files(folder().path(), pattern).unwrap_err();
            assert!(error.contains(reason), "{error}");
        }
    }
}
