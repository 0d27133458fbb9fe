use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::bufread::DeflateDecoder;
use rawzip::{Error, ZipArchive};
use sha2::{Digest, Sha256};
use tablecast_doctor::facts::Package;

use super::functions::{FUNCTIONS, Function};
use super::included;

/// Files of a zip, without the program.
type Files = BTreeMap<String, Vec<u8>>;

/// Compares the zips of a folder with the definitions. `from` has the definitions.
pub fn compare(from: &Path, zips: &Path) -> Result<Vec<Package>, String> {
    FUNCTIONS.iter().filter_map(|function| package(function, from, zips).transpose()).collect()
}

fn package(function: &Function, from: &Path, zips: &Path) -> Result<Option<Package>, String> {
    let path = zips.join(format!("{}.zip", function.name));
    if !path.exists() {
        return Ok(None);
    }
    let zip = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let packed = definitions(&zip).map_err(|error| format!("{}: {error}", path.display()))?;
    // A folder without definitions differs in all of them.
    let current =
        function.include.iter().flat_map(|pattern| included::files(from, pattern).unwrap_or_default());
    let current: Files = current.map(|file| (file.name, file.content)).collect();
    let names = packed.keys().chain(current.keys());
    let mut differences: Vec<_> =
        names.filter(|name| packed.get(*name) != current.get(*name)).cloned().collect();
    differences.sort();
    differences.dedup();
    let hash = BASE64_STANDARD.encode(Sha256::digest(&zip));
    Ok(Some(Package { function: function.name.to_owned(), hash, differences }))
}

fn definitions(zip: &[u8]) -> Result<Files, Error> {
    let zip = ZipArchive::from_slice(zip)?;
    let mut files = Files::new();
    for entry in zip.entries() {
        let entry = entry?;
        let name = AsRef::<str>::as_ref(&entry.file_path().try_normalize()?).to_owned();
        if !name.contains('/') {
            continue;
        }
        let packed = zip.get_entry(entry.wayfinder())?;
        let mut content = Vec::new();
        packed.verifying_reader(DeflateDecoder::new(packed.data())).read_to_end(&mut content)?;
        files.insert(name, content);
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::super::archive::Archive;
    use super::*;

    /// A folder with definitions, and the zip of `enrich` with them.
    fn folder() -> TempDir {
        let root = tempfile::tempdir().unwrap();
        let mut archive = Archive::default();
        archive.add_program("bootstrap", vec![7; 100]);
        for (name, text) in [("pipes/orders.yaml", "table: orders"), ("schemas/a.v1.json", "{}")] {
            fs::create_dir_all(root.path().join(name).parent().unwrap()).unwrap();
            fs::write(root.path().join(name), text).unwrap();
            archive.add(name.to_owned(), text.into());
        }
        fs::write(root.path().join("enrich.zip"), archive.zip().unwrap()).unwrap();
        root
    }

    fn differences(root: &TempDir) -> Vec<String> {
        let packages = compare(root.path(), root.path()).unwrap();
        assert_eq!(packages.len(), 1, "other zips do not exist");
        packages[0].differences.clone()
    }

    #[test]
    fn a_zip_with_the_definitions_of_the_folder_has_no_differences() {
        let root = folder();
        assert_eq!(differences(&root), [""; 0]);
        let zip = fs::read(root.path().join("enrich.zip")).unwrap();
        let hash = BASE64_STANDARD.encode(Sha256::digest(zip));
        assert_eq!(compare(root.path(), root.path()).unwrap()[0].hash, hash);
    }

    #[test]
    fn changed_new_and_removed_definitions_are_differences() {
        let root = folder();
        fs::write(root.path().join("pipes/orders.yaml"), "table: others").unwrap();
        fs::write(root.path().join("pipes/new.yaml"), "").unwrap();
        fs::remove_file(root.path().join("schemas/a.v1.json")).unwrap();
        assert_eq!(differences(&root), ["pipes/new.yaml", "pipes/orders.yaml", "schemas/a.v1.json"]);
    }

    #[test]
    fn a_damaged_zip_is_named() {
        let root = folder();
        fs::write(root.path().join("enrich.zip"), "no zip").unwrap();
        assert!(compare(root.path(), root.path()).unwrap_err().contains("enrich.zip: "));
    }
}
