//! Writes zips that depend only on their files: sorted, with one time and fixed permissions. miniz_oxide
//! compresses them: unlike zlib-rs, it gives the same bytes on every processor.

use std::collections::BTreeMap;
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;
use rawzip::time::UtcDateTime;
use rawzip::{CompressionMethod, Error, ZipArchiveWriter};

/// The time of all files in seconds since the Unix epoch: 1980-01-01, the earliest time in a zip.
pub const TIME: i64 = 315_532_800;

const PROGRAM: u32 = 0o100_755;
const FILE: u32 = 0o100_644;

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

    pub fn zip(&self) -> Result<Vec<u8>, Error> {
        let mut zip = ZipArchiveWriter::new(Vec::new());
        for (name, (mode, content)) in &self.0 {
            write(&mut zip, name, *mode, content)?;
        }
        zip.finish()
    }
}

fn write(zip: &mut ZipArchiveWriter<Vec<u8>>, name: &str, mode: u32, content: &[u8]) -> Result<(), Error> {
    let file = zip.new_file(name).compression_method(CompressionMethod::DEFLATE).unix_permissions(mode);
    let (mut entry, config) = file.last_modified(UtcDateTime::from_unix(TIME)).start()?;
    let mut writer = config.wrap(DeflateEncoder::new(&mut entry, Compression::default()));
    writer.write_all(content)?;
    let (encoder, descriptor) = writer.finish()?;
    encoder.finish()?;
    entry.finish(descriptor)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::bufread::DeflateDecoder;
    use rawzip::ZipArchive;

    use super::*;

    fn archive(names: [&str; 3]) -> Vec<u8> {
        let mut archive = Archive::default();
        archive.add_program("bootstrap", vec![7; 100_000]);
        names.iter().for_each(|name| archive.add(name.to_string(), name.repeat(10).into_bytes()));
        archive.zip().unwrap()
    }

    #[test]
    fn the_same_files_in_any_order_give_the_same_bytes() {
        let one = archive(["pipes/a.yaml", "pipes/b.yaml", "schemas/a.json"]);
        assert_eq!(one, archive(["schemas/a.json", "pipes/b.yaml", "pipes/a.yaml"]));
        assert_ne!(one, archive(["pipes/a.yaml", "pipes/c.yaml", "schemas/a.json"]));
    }

    #[test]
    fn files_keep_their_content_and_only_the_program_is_executable() {
        let zip = archive(["pipes/a.yaml", "pipes/b.yaml", "schemas/a.json"]);
        assert!(zip.len() < 2_000, "not compressed: {}", zip.len());
        let zip = ZipArchive::from_slice(&zip).unwrap();
        let mut found = Vec::new();
        for entry in zip.entries() {
            let entry = entry.unwrap();
            let packed = zip.get_entry(entry.wayfinder()).unwrap();
            let mut content = Vec::new();
            let unpacked = DeflateDecoder::new(packed.data());
            packed.verifying_reader(unpacked).read_to_end(&mut content).unwrap();
            let name: String = AsRef::<str>::as_ref(&entry.file_path().try_normalize().unwrap()).to_owned();
            assert_eq!(entry.last_modified_dos().packed_date(), 1 << 5 | 1, "1980-01-01");
            found.push((name, entry.mode().permissions(), content.len()));
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
