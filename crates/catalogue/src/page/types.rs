//! Commands that generate types from the published files.

use super::escape::copyable;
use crate::contents::{Contents, Event};

/// The site, for commands. A page does not know its own address.
const SITE: &str = "SITE";

/// Returns commands for the types of one event.
pub fn section(contents: &Contents<'_>, event: &Event<'_>) -> String {
    let site = contents.deployment.site.as_deref().unwrap_or(SITE);
    let (event_type, path) = (event.event_type, event.schema.path());
    let fetch = format!("curl -fsSO {}\n", quoted(&format!("{site}/{path}")));
    let file = quoted(path.rsplit('/').next().unwrap_or(path));
    let typescript = format!("{fetch}npx json-schema-to-typescript {file} > {event_type}.d.ts");
    let others =
        format!("{fetch}npx quicktype --src-lang schema --lang python --src {file} --out {event_type}.py");
    let note = match contents.deployment.site {
        Some(_) => "",
        None => "<p><code>SITE</code> is the address of this site, without <code>/catalogue/</code>.</p>\n",
    };
    format!(
        "<h4>Types</h4>\n{note}{}{}",
        copyable("TypeScript: the type of data", &typescript),
        copyable("Python, and with another --lang 20 other languages", &others)
    )
}

/// Quotes a text for a shell. The `$id` of a schema may have any path.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_cannot_end_its_quotation() {
        assert_eq!(quoted("a'$(id)"), r"'a'\''$(id)'");
    }
}
