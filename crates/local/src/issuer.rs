//! The development issuer of this machine. Its key is created once, in a file that only its owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tablecast_tokens::development::{Issuer, IssuerError};

/// The key file in the data folder.
const FILE: &str = "development-issuer.pk8";

/// Claims that a request for a token cannot set with its own claims.
pub const RESERVED: [&str; 5] = ["aud", "exp", "iat", "iss", "sub"];

#[derive(Debug, thiserror::Error)]
pub enum IssuerFileError {
    #[error("cannot use the development issuer's key {}: {reason}", .path.display())]
    File { path: PathBuf, reason: io::Error },
    #[error(
        "the development issuer's key {} is invalid: {reason}; remove it, and the next start creates a new one",
        .path.display()
    )]
    Key { path: PathBuf, reason: IssuerError },
}

/// Returns whether this folder has an issuer's key.
pub fn is_in(folder: &Path) -> bool {
    folder.join(FILE).is_file()
}

/// Opens the issuer whose key is in this folder. Creates the key if there is none.
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

/// Writes the file atomically, and keeps an existing file, because two programs may start at the same time.
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
mod tests;
