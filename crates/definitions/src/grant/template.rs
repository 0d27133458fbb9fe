//! A grant as a template: texts and claims, joined by `+`. It is a subset of CEL that needs no interpreter
//! (docs/adr/0019). A claim fills one segment of a subject or a part of one, and a segment has one claim at most,
//! so that no token reaches the subjects of another tenant. A claim that is a list gives one pattern for each
//! element.

use tablecast_protocol::subject::Pattern;
use tablecast_values::value::Value;

use super::claim::{Claim, Segments};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(pub(super) Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Text(String),
    Claim(Claim),
}

/// The patterns of a grant for some claims.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Filled {
    pub patterns: Vec<Pattern>,
    /// Why the claims give no pattern, or fewer than they could. Names claims, and never their values.
    pub reason: Option<String>,
}

impl Template {
    /// The patterns for these claims.
    pub fn fill(&self, claims: &Value<'_>) -> Filled {
        self.parts(claims).map_or_else(Filled::nothing, |parts| self.join(&parts))
    }

    /// The segments of each part. One part at most can be a list: combinations of two lists could grant what no
    /// token means, such as the role of one tenant in another.
    fn parts(&self, claims: &Value<'_>) -> Result<Vec<Segments>, String> {
        let segments = |part: &Part| match part {
            Part::Text(text) => Ok(Segments::One(text.clone())),
            Part::Claim(claim) => claim.segments(claims),
        };
        let parts = self.0.iter().map(segments).collect::<Result<Vec<_>, _>>()?;
        let mut lists = self.0.iter().zip(&parts).filter(|(_, part)| matches!(part, Segments::Several(_)));
        match (lists.next(), lists.next()) {
            (Some((Part::Claim(first), _)), Some((Part::Claim(second), _))) => {
                Err(format!("{first} and {second} are lists, and a grant can have one"))
            }
            _ => Ok(parts),
        }
    }

    fn join(&self, parts: &[Segments]) -> Filled {
        let count = parts.iter().map(Segments::count).max().unwrap_or(1);
        let texts =
            (0..count).filter_map(|at| parts.iter().map(|part| part.get(at)).collect::<Option<String>>());
        let patterns: Vec<_> = texts.filter_map(|text| Pattern::parse(&text).ok()).collect();
        let missing = count - patterns.len();
        let reason = (missing > 0).then(|| match self.list(parts) {
            Some(list) => format!("{missing} of {count} elements of {list} are no segment of a subject"),
            None => {
                format!("{} would make a subject that is too long or has a control character", self.names())
            }
        });
        Filled { patterns, reason }
    }

    /// The claim that is a list.
    fn list(&self, parts: &[Segments]) -> Option<&Claim> {
        self.0.iter().zip(parts).find_map(|pair| match pair {
            (Part::Claim(claim), Segments::Several(_)) => Some(claim),
            _ => None,
        })
    }

    fn names(&self) -> String {
        let claims = self.0.iter().filter_map(|part| match part {
            Part::Claim(claim) => Some(claim.to_string()),
            Part::Text(_) => None,
        });
        claims.collect::<Vec<_>>().join(" and ")
    }

    /// Two claims of one segment. Other values of both could give the same text: `acme-eu` and `west`, or `acme` and
    /// `eu-west`.
    pub fn claims_of_one_segment(&self) -> Option<(&Claim, &Claim)> {
        let mut first = None;
        for part in &self.0 {
            match (part, first) {
                (Part::Text(text), _) if text.contains('/') => first = None,
                (Part::Text(_), _) => {}
                (Part::Claim(claim), None) => first = Some(claim),
                (Part::Claim(second), Some(first)) => return Some((first, second)),
            }
        }
        None
    }

    /// The pattern if every claim is `x`.
    pub fn sample(&self) -> String {
        let text = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Claim(_) => "x".to_owned(),
        };
        self.0.iter().map(text).collect()
    }

    /// The top-level claims that it reads.
    pub fn claims(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|part| match part {
            Part::Claim(claim) => claim.fields.first().map(String::as_str),
            Part::Text(_) => None,
        })
    }
}

impl Filled {
    fn nothing(reason: String) -> Self {
        Self { patterns: Vec::new(), reason: Some(reason) }
    }
}
