//! ListPipes: filters and pagination. Pages are in the order of names.

use serde_json::{Value, json};

use super::error::ApiError;
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
            pairs.find(|(name, value)| name == key && !value.is_empty()).map(|(_, value)| value.into_owned())
        };
        Ok(Self {
            name_prefix: value("NamePrefix").unwrap_or_default(),
            source_prefix: value("SourcePrefix").unwrap_or_default(),
            target_prefix: value("TargetPrefix").unwrap_or_default(),
            desired_state: value("DesiredState"),
            current_state: value("CurrentState"),
            limit: limit(value("Limit").as_deref())?,
            after: value("NextToken"),
        })
    }

    /// Selects one page from pipes in the order of their names.
    pub fn page<'a>(&self, pipes: impl Iterator<Item = &'a Resource>) -> Value {
        let is_later = |pipe: &&Resource| self.after.as_ref().is_none_or(|after| &pipe.name > after);
        let mut matching = pipes.filter(is_later).filter(|pipe| self.matches(pipe));
        let page: Vec<_> = matching.by_ref().take(self.limit).collect();
        let token = matching.next().and(page.last()).map(|last| last.name.clone());
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

/// AWS allows 1 to 100.
fn limit(text: Option<&str>) -> Result<usize, ApiError> {
    let Some(text) = text else { return Ok(100) };
    let number = text.parse().map_err(|_| ApiError::invalid(format!("Limit: {text:?} is not a number")))?;
    let mut violations = Violations::default();
    violations.number("limit", number, 1..=100);
    violations.into_result()?;
    Ok(usize::try_from(number).unwrap_or(100))
}
