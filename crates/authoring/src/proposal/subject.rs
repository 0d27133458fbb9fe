//! What events are about, and who might be let to see them.

use super::naming::words;
use super::sample::Attribute;
use super::sensitive::Sensitive;
use super::wording::{Access, printed, yaml_expression};
use super::{KeyAttribute, Sample};
use tablecast_definitions::definition::KeyType;

/// Whose things a table keeps apart.
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
const USERS: [&str; 6] = ["author", "member", "owner", "person", "profile", "user"];
/// Percent-encoding: what stands in a value for those that would change the subject.
const ENCODED: &str = r#".replace("%", "%25").replace("/", "%2F").replace("*", "%2A")"#;

#[derive(Debug)]
pub struct Subject<'s> {
    pipe: &'s str,
    parts: Vec<Part<'s>>,
    /// What all values of the first part begin with: `TENANT#`.
    prefix: Option<&'s str>,
}

#[derive(Debug)]
struct Part<'s> {
    key: &'s KeyAttribute,
    is_encoded: bool,
    is_sensitive: bool,
}

impl<'s> Subject<'s> {
    /// By the partition key first, unless the sort key alone says whose it is.
    pub fn of(sample: &'s Sample, pipe: &'s str) -> Self {
        let part = |key: &'s KeyAttribute| Part {
            key,
            is_encoded: is_encoded(sample, key),
            is_sensitive: Sensitive::by_name(&key.name).is_some()
                || texts(sample, key).any(|text| Sensitive::by_value(text).is_some()),
        };
        let mut parts: Vec<_> = sample.key.attributes().map(part).collect();
        parts.sort_by_key(|part| known(&part.key.name, &TENANTS).is_none());
        let prefix = parts.first().and_then(|part| prefix(sample, part.key));
        Self { pipe, parts, prefix }
    }

    /// `music/<Artist>/<SongTitle>`
    pub fn printed(&self) -> String {
        let parts = self.parts.iter().map(|part| format!("<{}>", printed(&part.key.name)));
        std::iter::once(self.pipe.to_owned()).chain(parts).collect::<Vec<_>>().join("/")
    }

    /// Those of the key that look, by name or by value, as if nobody should read them in a subject.
    pub fn sensitive(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter(|part| part.is_sensitive).map(|part| part.key.name.as_str())
    }

    pub fn encoded(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter(|part| part.is_encoded).map(|part| part.key.name.as_str())
    }

    pub fn yaml(&self) -> String {
        let value = |part: &Part<'_>| {
            let encoding = if part.is_encoded { ENCODED } else { "" };
            format!("{}{encoding}", Access::of("keys").step(&part.key.name, false))
        };
        let values: Vec<_> = self.parts.iter().map(value).collect();
        let subject = format!("\"{}/\" + {}", self.pipe, values.join(" + \"/\" + "));
        format!(
            "{}subject: {}\n\
             # Closed: while there is no `grant`, nobody may subscribe. It says which subjects somebody may, by the claims of their\n\
             # token (docs/guides/authorize.md). {}\n\
             # grant: {}\n",
            self.warning(),
            yaml_expression(&subject),
            self.grant().0,
            yaml_expression(&self.grant().1),
        )
    }

    fn warning(&self) -> String {
        let names: Vec<_> = self.sensitive().map(printed).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!(
                "# {} looks secret or personal, and everybody who gets an event reads its subject: think of another one.\n",
                names.join(" and ")
            ),
        }
    }

    /// What it would let, in words, and the template.
    fn grant(&self) -> (&'static str, String) {
        let below = if self.parts.len() > 1 { " + \"/*\"" } else { "" };
        let prefix = self.prefix.unwrap_or_default();
        let named = [self.parts.first().map_or("", |part| part.key.name.as_str()), prefix];
        let claim = named.into_iter().find_map(|name| {
            let user = known(name, &USERS).map(|_| "sub".to_owned());
            known(name, &TENANTS).or(user)
        });
        match claim {
            Some(claim) => {
                let template = format!("\"{}/{prefix}\" + claims.{claim}{below}", self.pipe);
                ("For example to each what is theirs:", template)
            }
            None => ("For example to everybody who has a token everything:", format!("\"{}/*\"", self.pipe)),
        }
    }
}

/// The first of a name's words that says whose something is.
fn known(name: &str, known: &[&str]) -> Option<String> {
    words(name).into_iter().find(|word| known.contains(&word.as_str()))
}

fn texts<'s>(sample: &'s Sample, key: &'s KeyAttribute) -> impl Iterator<Item = &'s str> {
    sample.items.iter().filter_map(|item| match item.get(&key.name) {
        Some(Attribute::S(text)) => Some(text.as_str()),
        _ => None,
    })
}

/// `TENANT#`, where all values have it.
fn prefix<'s>(sample: &'s Sample, key: &'s KeyAttribute) -> Option<&'s str> {
    let first = texts(sample, key).next()?;
    let prefix = &first[..=first.find('#')?];
    let is_plain = prefix.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'#');
    (is_plain && texts(sample, key).all(|text| text.starts_with(prefix))).then_some(prefix)
}

/// Base64 may have a `/`, whatever the sample has.
fn is_encoded(sample: &Sample, key: &KeyAttribute) -> bool {
    match key.kind {
        KeyType::B => true,
        KeyType::S => texts(sample, key).any(|text| text.contains(['/', '*'])),
        KeyType::N => false,
    }
}
