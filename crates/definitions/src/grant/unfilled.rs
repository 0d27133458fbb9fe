use std::fmt;

/// A grant that gives nothing, or less than it could, because of the claims of a token. For logs: it names the
/// claim, and never its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfilled {
    pub pipe: String,
    pub reason: String,
}

impl fmt::Display for Unfilled {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "pipe {}: {}", self.pipe, self.reason)
    }
}

/// Joins the reasons in one text for a log line.
pub fn list(unfilled: &[Unfilled]) -> String {
    unfilled.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_line_has_each_reason_with_its_pipe() {
        let unfilled =
            |pipe: &str| Unfilled { pipe: pipe.to_owned(), reason: "claims.a is absent".to_owned() };
        let line = list(&[unfilled("orders"), unfilled("profiles")]);
        assert_eq!(line, "pipe orders: claims.a is absent; pipe profiles: claims.a is absent");
    }
}
