/// The query of `GET /bus`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// At most this number of events, the newest ones.
    pub limit: Option<usize>,
    /// Only events after the one with this id.
    pub after: Option<String>,
}

impl Query {
    pub fn parse(query: &str) -> Result<Self, String> {
        let mut parsed = Self::default();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("limit", count)) => parsed.limit = Some(parse_limit(count)?),
                Some(("after", id)) => parsed.after = Some(id.to_owned()),
                _ => return Err(format!("unknown parameter {parameter}; use limit=<count> or after=<id>\n")),
            }
        }
        Ok(parsed)
    }
}

fn parse_limit(count: &str) -> Result<usize, String> {
    count.parse().map_err(|_| format!("limit={count} is not a number of events\n"))
}
