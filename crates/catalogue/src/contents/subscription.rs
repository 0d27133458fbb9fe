use tablecast_definitions::grant;
use tablecast_pipeline::pipe::Pipe;

/// An example of a subscription that the claims of a token allow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// `orders/my-tenant/*`
    pub pattern: String,
    /// The claims that allow it: `("tenant", "my-tenant")`.
    pub claims: Vec<(String, String)>,
}

impl Subscription {
    /// Fills the pipe file's first grant for which made-up claims suffice.
    pub fn example(pipe: &Pipe) -> Option<Self> {
        let grants = pipe.definition.grant.iter().flat_map(|grant| grant.iter());
        let mut examples = grants.filter_map(|grant| grant::example(grant));
        examples.next().map(|(pattern, claims)| Self { pattern, claims })
    }

    /// Returns the pattern percent-encoded for a URL, which is also safe between quotes in a shell. The server
    /// splits at commas after API Gateway has decoded them, so `,` and `%` are encoded twice.
    pub fn url_pattern(&self) -> String {
        self.pattern.bytes().map(encoded).collect()
    }

    /// Returns the arguments of `tablecast token` for the claims.
    pub fn token_arguments(&self) -> String {
        let argument = |(name, value): &(String, String)| match name.as_str() {
            "sub" => format!(" --subject {value}"),
            name => format!(" --claim {name}={value}"),
        };
        self.claims.iter().map(argument).collect()
    }
}

fn encoded(byte: u8) -> String {
    match byte.is_ascii_alphanumeric() || b"-._~/*".contains(&byte) {
        true => char::from(byte).to_string(),
        false if b",%".contains(&byte) => format!("%25{byte:02X}"),
        false => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comma_and_a_percent_sign_are_encoded_twice() {
        let pattern = |text: &str| Subscription { pattern: text.into(), claims: Vec::new() }.url_pattern();
        assert_eq!(pattern("orders/a,b/*"), "orders/a%252Cb/*");
        assert_eq!(pattern("50%/x y"), "50%2525/x%20y");
    }
}
