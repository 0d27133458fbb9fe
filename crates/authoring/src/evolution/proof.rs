use jsonschema::canonical::{self, CanonicalSchema, Containment};
use jsonschema::{Draft, PatternOptions};
use serde_json::Value as Json;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    Proven,
    Disproven,
    Unknown,
}

/// Tries to prove that a reader accepts all events that another document allows.
pub fn accepts(reader: &Json, allowed: &Json) -> Proof {
    let (Some(reader), Some(allowed)) = (canonical(reader), canonical(allowed)) else {
        return Proof::Unknown;
    };
    match reader.covers(&allowed) {
        Ok(Containment::Yes) => Proof::Proven,
        Ok(Containment::No) => Proof::Disproven,
        Ok(Containment::Unknown) | Err(_) => Proof::Unknown,
    }
}

/// Uses the same options as the schemas that validate events: with formats, and with patterns in linear time.
fn canonical(document: &Json) -> Option<CanonicalSchema> {
    let options = canonical::options().with_draft(Draft::Draft202012).should_validate_formats(true);
    options.with_pattern_options(PatternOptions::regex()).offline().canonicalize(document).ok()
}
