//! The development issuer of this machine. Its key is made once, and kept where only its owner may read it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tablecast_tokens::development::{Issuer, IssuerError};

/// In the folder of the local mode's data.
const FILE: &str = "development-issuer.pk8";

/// Claims that nobody can choose: the issuer and whoever asks for a token set them.
pub const RESERVED: [&str; 5] = ["aud", "exp", "iat", "iss", "sub"];

#[derive(Debug, thiserror::Error)]
pub enum IssuerFileError {
    #[error("cannot use the development issuer's key {}: {reason}", .path.display())]
    File { path: PathBuf, reason: io::Error },
    #[error("the development issuer's key {} is of no use: {reason}; remove it, and a new one is made", .path.display())]
    Key { path: PathBuf, reason: IssuerError },
}

/// The issuer whose key is in this folder; its key is made if there is none.
pub fn open(folder: &Path) -> Result<Issuer, IssuerFileError> {
    let path = folder.join(FILE);
    let unusable = |reason| IssuerFileError::File { path: path.clone(), reason };
    let key = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let key =
                Issuer::new_key().map_err(|reason| IssuerFileError::Key { path: path.clone(), reason })?;
            create(&path, &key).and_then(|()| fs::read(&path)).map_err(unusable)?
        }
        read => read.map_err(unusable)?,
    };
    Issuer::new(key).map_err(|reason| IssuerFileError::Key { path, reason })
}

/// Whole or not at all, and never in the place of another's: two programs may start at once.
fn create(path: &Path, key: &[u8]) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    let own = path.with_extension(format!("{}.new", std::process::id()));
    private(&own)?.write_all(key)?;
    let linked = fs::hard_link(&own, path);
    fs::remove_file(&own)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("data");
        let first = open(&place).unwrap().key_set();
        assert_eq!(open(&place).unwrap().key_set(), first);
        assert_ne!(open(&folder.path().join("other")).unwrap().key_set(), first);
        assert_eq!(fs::read_dir(place).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_the_key() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        open(folder.path()).unwrap();
        let mode = fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn those_who_start_at_once_have_one_key() {
        let folder = tempfile::tempdir().unwrap();
        create(&folder.path().join(FILE), &Issuer::new_key().unwrap()).unwrap();
        let first = open(folder.path()).unwrap().key_set();
        create(&folder.path().join(FILE), &Issuer::new_key().unwrap()).unwrap();
        assert_eq!(open(folder.path()).unwrap().key_set(), first);
    }

    #[test]
    fn a_broken_key_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "no key").unwrap();
        let error = open(folder.path()).err().unwrap().to_string();
        assert!(error.contains(FILE) && error.contains("remove it"), "{error}");
    }
}
