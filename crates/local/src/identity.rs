//! An identity to try the pipes with: claims that grant the subjects of the pipe files' examples.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use tablecast_definitions::grant::{self, Granted};

use crate::pipe_file::PipeFile;

/// The claims of a token. `sub` is apart, as in `tablecast token --subject`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub subject: String,
    pub claims: BTreeMap<String, String>,
}

impl Identity {
    /// Chooses each claim by the first example whose subject a grant can contain. A claim without such an
    /// example is `my-<claim>`.
    pub fn suggest(pipes: &[PipeFile]) -> Self {
        let (mut fitting, mut others) = (BTreeMap::new(), BTreeMap::new());
        for pipe in pipes {
            let grants = pipe.definition.grant.iter().flat_map(|grant| grant.iter());
            for (pattern, claims) in grants.filter_map(|text| grant::example(text)) {
                let subjects = pipe.examples.iter().filter_map(|example| example.subject.as_deref());
                let found = subjects.filter_map(|subject| claims_for(subject, &pattern, &claims)).next();
                for (name, value) in found.into_iter().flatten() {
                    fitting.entry(name).or_insert(value);
                }
                others.extend(claims);
            }
        }
        others.extend(fitting);
        let subject = others.remove("sub").unwrap_or_else(|| "developer".to_owned());
        Self { subject, claims: others }
    }

    /// Returns the patterns that a pipe grants to this identity.
    pub fn granted(&self, pipe: &PipeFile) -> Vec<String> {
        let mut claims: Map<String, Value> =
            self.claims.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect();
        claims.insert("sub".to_owned(), self.subject.as_str().into());
        match pipe.grants.to(&Value::from(claims).to_string()) {
            Ok(Granted::Within(patterns)) => {
                patterns.iter().map(|pattern| pattern.as_str().to_owned()).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// Returns the claims with which the pattern, which has a placeholder for each claim, contains the subject.
fn claims_for(
    subject: &str,
    pattern: &str,
    placeholders: &[(String, String)],
) -> Option<BTreeMap<String, String>> {
    let (mut segments, mut found) = (subject.split('/'), BTreeMap::new());
    for part in pattern.split('/') {
        if part == "*" {
            return Some(found);
        }
        let segment = segments.next()?;
        match placeholders.iter().find(|(_, placeholder)| part.contains(placeholder.as_str())) {
            Some((name, placeholder)) => {
                let (before, after) = part.split_once(placeholder.as_str())?;
                let value =
                    segment.strip_prefix(before)?.strip_suffix(after).filter(|value| !value.is_empty())?;
                found.insert(name.clone(), value.to_owned());
            }
            None if part == segment => {}
            None => return None,
        }
    }
    segments.next().is_none().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims(subject: &str, grant: &str) -> Option<Vec<(String, String)>> {
        let (pattern, placeholders) = grant::example(grant).unwrap();
        claims_for(subject, &pattern, &placeholders).map(|claims| claims.into_iter().collect())
    }

    #[test]
    fn claims_are_found_in_the_subject_of_an_example() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let tenant = claims("orders/acme/1001", r#""orders/" + claims.tenant + "/*""#);
        assert_eq!(tenant, Some(vec![pair("tenant", "acme")]));
        let two = claims("a/x-eve-y/z", r#""a/x-" + claims.sub + "-y/" + claims.team"#);
        assert_eq!(two, Some(vec![pair("sub", "eve"), pair("team", "z")]));
        assert_eq!(claims("public/1", r#""public/*""#), Some(vec![]));
    }

    #[test]
    fn a_grant_that_cannot_contain_the_subject_gives_no_claims() {
        assert_eq!(claims("order/acme/1", r#""orders/" + claims.tenant + "/*""#), None);
        assert_eq!(claims("orders/acme/1", r#""orders/" + claims.tenant"#), None);
        assert_eq!(claims("orders", r#""orders/" + claims.tenant"#), None);
    }
}
