use std::fmt::{self, Display, Formatter};

use sha2::{Digest, Sha256};

/// Prints the size and the hash of each zip.
#[derive(Debug, Default)]
pub struct Listing(Vec<Line>);

#[derive(Debug)]
struct Line {
    function: String,
    bytes: usize,
    sha256: String,
}

impl Listing {
    pub fn add(&mut self, function: &str, zip: &[u8]) {
        let sha256 = Sha256::digest(zip).iter().map(|byte| format!("{byte:02x}")).collect();
        self.0.push(Line { function: function.to_owned(), bytes: zip.len(), sha256 });
    }
}

impl Display for Listing {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        writeln!(out, "{:<12} {:>11}  sha256", "function", "zip (bytes)")?;
        self.0.iter().try_for_each(|Line { function, bytes, sha256 }| {
            writeln!(out, "{function:<12} {bytes:>11}  {sha256}")
        })
    }
}
