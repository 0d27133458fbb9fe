use std::fmt;

/// A text for HTML, between tags or in an attribute with double quotes.
pub struct Escaped<'t>(pub &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.chars() {
            match letter {
                '&' => out.write_str("&amp;")?,
                '<' => out.write_str("&lt;")?,
                '>' => out.write_str("&gt;")?,
                '"' => out.write_str("&quot;")?,
                '\'' => out.write_str("&#39;")?,
                letter => fmt::Write::write_char(out, letter)?,
            }
        }
        Ok(())
    }
}

/// A text whose parts between backticks are code, as in Markdown. A backtick without a partner stays.
pub struct Prose<'t>(pub &'t str);

impl fmt::Display for Prose<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((before, code, after)) = next_code(rest) {
            write!(out, "{}<code>{}</code>", Escaped(before), Escaped(code))?;
            rest = after;
        }
        write!(out, "{}", Escaped(rest))
    }
}

/// Returns the texts before, within and after the next pair of backticks.
fn next_code(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    Some((before, code, after))
}

/// Returns code to copy. The script adds a button to it.
pub fn copyable(label: &str, text: &str) -> String {
    format!(
        "<figure class=\"code\"><figcaption>{}</figcaption><pre tabindex=\"0\"><code>{}</code></pre></figure>\n",
        Escaped(label),
        Escaped(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_between_backticks_is_code() {
        let prose = |text: &str| Prose(text).to_string();
        assert_eq!(prose("See `a<b` and `c`."), "See <code>a&lt;b</code> and <code>c</code>.");
        assert_eq!(prose("a ` b"), "a ` b");
        assert_eq!(prose("`<script>`</code>"), "<code>&lt;script&gt;</code>&lt;/code&gt;");
    }

    #[test]
    fn no_text_becomes_markup() {
        let hostile = "</code><script>alert(\"1\" + '2')</script>&lt;é";
        let expected =
            "&lt;/code&gt;&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;)&lt;/script&gt;&amp;lt;é";
        assert_eq!(Escaped(hostile).to_string(), expected);
    }
}
