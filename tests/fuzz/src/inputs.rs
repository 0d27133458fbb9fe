use std::fs;
use std::path::PathBuf;

use fastrand::Rng;

use crate::mutate::mutated;
use crate::target::{MAX_BYTES, Target};

/// The inputs of one run. The same seed gives the same inputs.
pub struct Inputs {
    target: &'static Target,
    seed: u64,
    /// Samples and corpus.
    known: Vec<String>,
}

impl Inputs {
    pub fn new(target: &'static Target, seed: u64) -> Self {
        let mut known = (target.samples)();
        known.extend(corpus(target));
        Self { target, seed, known }
    }

    /// First everything that is known, then mutations.
    pub fn get(&self, number: u64) -> String {
        if let Some(known) = usize::try_from(number).ok().and_then(|number| self.known.get(number)) {
            return known.clone();
        }
        // The factor keeps neighbouring numbers of neighbouring seeds apart.
        let mut rng = Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(number));
        let [input, other] = [(); 2].map(|()| &self.known[rng.usize(..self.known.len())]);
        mutated(&mut rng, self.target, input, other, MAX_BYTES)
    }
}

/// The folder of a target's corpus.
fn corpus_of(target: &Target) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name)
}

fn corpus(target: &Target) -> Vec<String> {
    let files = fs::read_dir(corpus_of(target)).into_iter().flatten().flatten();
    let mut paths: Vec<_> = files.map(|file| file.path()).collect();
    paths.sort();
    paths.iter().map(|path| String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()).collect()
}
