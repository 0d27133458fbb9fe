/// A parser of data from outside, and the properties of all its inputs.
#[derive(Debug)]
pub struct Target {
    /// The name of its corpus, and of its file in `targets`.
    pub name: &'static str,
    pub form: Form,
    /// Panics if a property does not hold for this input.
    pub check: fn(&str),
    /// Real inputs, from which mutations start.
    pub samples: fn() -> Vec<String>,
    /// Lists of words with a meaning for the parser.
    pub words: &'static [&'static [&'static str]],
    /// The number of inputs in `cargo test`.
    pub inputs: u64,
}

/// The form that mutations keep, so that most inputs get past the first error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    /// YAML, and texts of one or several lines.
    Lines,
}

/// The longest input, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;
