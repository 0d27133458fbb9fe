use serde::Deserialize;

/// One audience or a list of them, as in `aud`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "audience must be a text or a list of texts")]
pub enum Audience {
    One(String),
    Several(Vec<String>),
}

impl From<Audience> for Vec<String> {
    fn from(audience: Audience) -> Self {
        match audience {
            Audience::One(audience) => vec![audience],
            Audience::Several(audiences) => audiences,
        }
    }
}
