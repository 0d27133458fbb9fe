use super::naming::words;

/// Words for a tenant in an attribute's name.
const TENANTS: [&str; 10] = [
    "account",
    "company",
    "customer",
    "merchant",
    "org",
    "organisation",
    "organization",
    "shop",
    "tenant",
    "workspace",
];
/// Words for a user in an attribute's name.
const USERS: [&str; 6] = ["author", "member", "owner", "person", "profile", "user"];

/// An example of a grant for the pipe file.
pub struct Grant {
    pub template: String,
    /// The permission in words, for a comment: `each client to subscribe to the items of its own tenant`.
    pub meaning: String,
}

impl Grant {
    /// `owner` has the claim and the prefix of the first segment after the pipe's name. `is_only` is true if
    /// there are no other segments.
    pub fn example(pipe: &str, owner: Option<(String, &str)>, is_only: bool) -> Self {
        match owner {
            Some((claim, prefix)) => {
                let rest = if is_only { "" } else { " + \"/*\"" };
                Self {
                    template: format!("\"{pipe}/{prefix}\" + claims.{claim}{rest}"),
                    meaning: match claim.as_str() {
                        "sub" => "each user to subscribe to their own items".to_owned(),
                        tenant => format!("each client to subscribe to the items of its own {tenant}"),
                    },
                }
            }
            None => Self {
                template: format!("\"{pipe}/*\""),
                meaning: "every client with a token to subscribe to all items".to_owned(),
            },
        }
    }
}

/// Returns the claim that owns what has this name.
pub fn owner(name: &str) -> Option<String> {
    tenant(name).or_else(|| user(name))
}

/// Returns the word for a tenant in a name. It is also the name of the claim.
pub fn tenant(name: &str) -> Option<String> {
    words(name).into_iter().find(|word| TENANTS.contains(&word.as_str()))
}

/// Returns the claim of a user, if the name contains a word for one.
fn user(name: &str) -> Option<String> {
    words(name).into_iter().find(|word| USERS.contains(&word.as_str())).map(|_| "sub".to_owned())
}
