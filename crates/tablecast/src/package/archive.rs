//! A zip that depends on nothing but its files: sorted, with one time and fixed permissions. Compressed by miniz_oxide,
//! which, unlike zlib-rs, chooses nothing by the processor it runs on.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const PROGRAM: u32 = 0o755;
const FILE: u32 = 0o644;

/// Files by name; Lambda unpacks them to `/var/task`.
#[derive(Debug, Default)]
pub struct Archive(BTreeMap<String, (u32, Vec<u8>)>);

impl Archive {
    pub fn add(&mut self, name: String, content: Vec<u8>) {
        self.0.insert(name, (FILE, content));
    }

    pub fn add_program(&mut self, name: &str, content: Vec<u8>) {
        self.0.insert(name.to_owned(), (PROGRAM, content));
    }

    pub fn zip(&self) -> ZipResult<Vec<u8>> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, (permissions, content)) in &self.0 {
            zip.start_file(name.as_str(), options().unix_permissions(*permissions))?;
            zip.write_all(content)?;
        }
        Ok(zip.finish()?.into_inner())
    }
}

fn options() -> SimpleFileOptions {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    options.compression_level(Some(9)).last_modified_time(DateTime::default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use zip::ZipArchive;

    fn archive(names: [&str; 3]) -> Vec<u8> {
        let mut archive = Archive::default();
        archive.add_program("bootstrap", vec![7; 100_000]);
        names.iter().for_each(|name| archive.add(name.to_string(), name.repeat(10).into_bytes()));
        archive.zip().unwrap()
    }

    #[test]
    fn the_same_files_are_the_same_bytes_in_whatever_order_they_come() {
        let one = archive(["pipes/a.yaml", "pipes/b.yaml", "schemas/a.json"]);
        assert_eq!(one, archive(["schemas/a.json", "pipes/b.yaml", "pipes/a.yaml"]));
        assert_ne!(one, archive(["pipes/a.yaml", "pipes/c.yaml", "schemas/a.json"]));
    }

    #[test]
    fn files_keep_their_content_and_only_the_program_may_be_run() {
        let zip = archive(["pipes/a.yaml", "pipes/b.yaml", "schemas/a.json"]);
        assert!(zip.len() < 2_000, "it is compressed: {}", zip.len());
        let mut zip = ZipArchive::new(Cursor::new(zip)).unwrap();
        let mut found = Vec::new();
        for at in 0..zip.len() {
            let mut file = zip.by_index(at).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            assert_eq!(file.last_modified().unwrap().to_string(), "1980-01-01 00:00:00");
            found.push((file.name().to_owned(), file.unix_mode().unwrap() & 0o777, content.len()));
        }
        let expected = [
            ("bootstrap", 0o755, 100_000),
            ("pipes/a.yaml", 0o644, 120),
            ("pipes/b.yaml", 0o644, 120),
            ("schemas/a.json", 0o644, 140),
        ];
        assert_eq!(found, expected.map(|(name, mode, bytes)| (name.to_owned(), mode, bytes)));
    }
}
