//! The resident memory of each kind of process over the run.

use std::collections::BTreeMap;
use std::fs;

/// Samples in the order of time: the name of a process and its bytes.
#[derive(Debug, Default)]
pub struct Memory(BTreeMap<String, Vec<u64>>);

/// The median of the first third and of the last third, and the largest sample.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Thirds {
    pub process: String,
    pub first: u64,
    pub last: u64,
    pub peak: u64,
}

impl Memory {
    /// Keeps the largest process of each name.
    pub fn sample(&mut self, processes: impl IntoIterator<Item = (String, u32)>) {
        let mut largest = BTreeMap::new();
        for (name, process) in processes {
            let bytes: &mut u64 = largest.entry(name).or_default();
            *bytes = resident(process).unwrap_or_default().max(*bytes);
        }
        for (name, bytes) in largest.into_iter().filter(|(_, bytes)| *bytes > 0) {
            self.0.entry(name).or_default().push(bytes);
        }
    }

    pub fn thirds(&self) -> Vec<Thirds> {
        let thirds = |(name, samples): (&String, &Vec<u64>)| {
            let third = samples.len().div_ceil(3);
            Thirds {
                process: name.clone(),
                first: median(&samples[..third]),
                last: median(&samples[samples.len() - third..]),
                peak: samples.iter().copied().max().unwrap_or_default(),
            }
        };
        self.0.iter().map(thirds).collect()
    }
}

fn median(samples: &[u64]) -> u64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// `None` if the process has ended.
fn resident(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thirds_are_compared_by_their_medians() {
        let memory = Memory([("a".to_owned(), vec![1, 2, 9, 5, 5, 5, 7, 8, 6])].into());
        assert_eq!(memory.thirds(), [Thirds { process: "a".to_owned(), first: 2, last: 7, peak: 9 }]);
    }
}
