use tablecast_definitions::grant;
use tablecast_pipeline::pipe::Pipe;

/// What somebody with certain claims may subscribe to, for example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    /// `orders/my-tenant/*`
    pub pattern: String,
    /// Claims that grant it: `("tenant", "my-tenant")`.
    pub claims: Vec<(String, String)>,
}

impl Subscription {
    /// The first grant of the pipe file that texts of our choice fill.
    pub fn to(pipe: &Pipe) -> Option<Self> {
        let grants = pipe.definition.grant.iter().flat_map(|grant| grant.iter());
        let filled = |grant: &String| {
            let (pattern, claims) = grant::example(grant)?;
            Some(Self { pattern, claims })
        };
        grants.map(filled).find_map(|filled| filled)
    }

    /// The pattern as it stands in an address, and between quotes in a shell.
    pub fn in_address(&self) -> String {
        self.pattern.bytes().map(encoded).collect()
    }

    /// For `tablecast token`.
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
        false => format!("%{byte:02X}"),
    }
}
