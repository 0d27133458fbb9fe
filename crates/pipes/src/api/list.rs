//! ListPipes: filters and pagination. Pages are in the order of names.

mod token;

use serde_json::{Value, json};

use super::error::ApiError;
use super::model::{ANY, CURRENT_STATES, DESIRED_STATES, NAME, check_text};
use super::resource::Resource;
use super::violations::Violations;

/// The query of ListPipes.
#[derive(Debug)]
pub struct Query {
    name_prefix: String,
    source_prefix: String,
    target_prefix: String,
    desired_state: Option<String>,
    current_state: Option<String>,
    limit: usize,
    /// The last name of the previous page.
    after: Option<String>,
}

impl Query {
    pub fn parse(query: &str) -> Result<Self, ApiError> {
        let value = |key: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            pairs.find(|(name, _)| name == key).map(|(_, value)| value.into_owned())
        };
        check(&value)?;
        Ok(Self {
            name_prefix: value("NamePrefix").unwrap_or_default(),
            source_prefix: value("SourcePrefix").unwrap_or_default(),
            target_prefix: value("TargetPrefix").unwrap_or_default(),
            desired_state: value("DesiredState"),
            current_state: value("CurrentState"),
            limit: limit(value("Limit").as_deref())?,
            after: value("NextToken").map(|token| token::read(&token)).transpose()?,
        })
    }

    /// Selects one page from pipes in the order of their names.
    pub fn page<'a>(&self, pipes: impl Iterator<Item = &'a Resource>) -> Value {
        let is_later = |pipe: &&Resource| self.after.as_ref().is_none_or(|after| &pipe.name > after);
        let mut matching = pipes.filter(is_later).filter(|pipe| self.matches(pipe));
        let page: Vec<_> = matching.by_ref().take(self.limit).collect();
        let token = matching.next().and(page.last()).map(|last| token::after(&last.name));
        let pipes: Vec<_> = page.into_iter().map(Resource::summary).collect();
        match token {
            Some(token) => json!({"Pipes": pipes, "NextToken": token}),
            None => json!({ "Pipes": pipes }),
        }
    }

    fn matches(&self, pipe: &Resource) -> bool {
        let begins = |name, prefix: &str| pipe.parameters.text(name).unwrap_or_default().starts_with(prefix);
        let is_in =
            |wanted: &Option<String>, state: Value| wanted.as_ref().is_none_or(|wanted| state == **wanted);
        pipe.name.starts_with(&self.name_prefix)
            && begins("Source", &self.source_prefix)
            && begins("Target", &self.target_prefix)
            && is_in(&self.desired_state, json!(pipe.desired))
            && is_in(&self.current_state, json!(pipe.state))
    }
}

/// Reports each value that AWS refuses.
fn check(value: &impl Fn(&str) -> Option<String>) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    let texts = [
        ("namePrefix", "NamePrefix", 1..=64, NAME),
        ("sourcePrefix", "SourcePrefix", 1..=1_600, ANY),
        ("targetPrefix", "TargetPrefix", 1..=1_600, ANY),
        ("nextToken", "NextToken", 1..=2_048, ANY),
    ];
    for (path, key, length, form) in texts {
        if let Some(text) = value(key) {
            check_text(path, &text, &length, &form, &mut violations);
        }
    }
    for (path, key, allowed) in [
        ("desiredState", "DesiredState", &DESIRED_STATES[..]),
        ("currentState", "CurrentState", &CURRENT_STATES),
    ] {
        if let Some(state) = value(key) {
            violations.one_of(path, &state, allowed);
        }
    }
    violations.into_result()
}

/// AWS allows 1 to 100.
fn limit(text: Option<&str>) -> Result<usize, ApiError> {
    let Some(text) = text else { return Ok(100) };
    let number = text.parse().map_err(|_| ApiError::invalid(format!("Limit: {text:?} is not a number")))?;
    let mut violations = Violations::default();
    violations.number("limit", number, 1..=100);
    violations.into_result()?;
    Ok(usize::try_from(number).unwrap_or(100))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(query: &str) -> String {
        let error = Query::parse(query).unwrap_err();
        assert_eq!(error.kind(), "ValidationException", "{query}");
        error.message().to_owned()
    }

    #[test]
    fn values_that_aws_refuses_are_rejected() {
        for (query, reason) in [
            ("DesiredState=ON", "enum value set: [RUNNING, STOPPED]"),
            ("DesiredState=CREATING", "enum value set"),
            ("CurrentState=GONE", "enum value set: [RUNNING, STOPPED, CREATING"),
            ("NamePrefix=", "length greater than or equal to 1"),
            ("NamePrefix=a%20b", "regular expression pattern"),
            ("SourcePrefix=", "length greater than or equal to 1"),
            ("Limit=0", "greater than or equal to 1"),
            ("Limit=101", "less than or equal to 100"),
            ("Limit=ten", "is not a number"),
            ("NextToken=", "length greater than or equal to 1"),
            ("NextToken=orders", "NextToken"),
        ] {
            assert!(error(query).contains(reason), "{query}: {}", error(query));
        }
        let long = format!("TargetPrefix={}", "a".repeat(1_601));
        assert!(error(&long).contains("less than or equal to 1600"));
        assert!(Query::parse("CurrentState=STOP_FAILED&DesiredState=STOPPED&NamePrefix=a.B-9_").is_ok());
    }

    #[test]
    fn all_wrong_values_are_reported_at_once() {
        assert!(error("DesiredState=a&CurrentState=b").starts_with("2 validation errors detected"));
    }

    #[test]
    fn a_next_token_continues_after_the_last_pipe() {
        let query = format!("NextToken={}", token::after("a.B-9_"));
        assert_eq!(Query::parse(&query).unwrap().after.as_deref(), Some("a.B-9_"));
    }
}
