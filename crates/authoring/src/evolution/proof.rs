use jsonschema::canonical::{self, CanonicalSchema, Containment};
use jsonschema::{Draft, PatternOptions};
use serde_json::Value as Json;

/// Whether a reader accepts whatever another document allows. Only `Yes` is a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

pub fn accepts(reader: &Json, allowed: &Json) -> Answer {
    let (Some(reader), Some(allowed)) = (canonical(reader), canonical(allowed)) else {
        return Answer::Unknown;
    };
    match reader.covers(&allowed) {
        Ok(Containment::Yes) => Answer::Yes,
        Ok(Containment::No) => Answer::No,
        Ok(Containment::Unknown) | Err(_) => Answer::Unknown,
    }
}

/// As `Schemas` compile them: with formats, and linear patterns.
fn canonical(document: &Json) -> Option<CanonicalSchema> {
    let options = canonical::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    options.with_pattern_options(PatternOptions::regex()).offline().canonicalize(document).ok()
}
