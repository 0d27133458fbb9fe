use serde::{Deserialize, Deserializer};
use serde_saphyr::Spanned;

/// The text of an expression, and its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub text: String,
    pub line: u64,
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Spanned::<String>::deserialize(input)?;
        Ok(Self { line: text.defined.line(), text: text.value })
    }
}
