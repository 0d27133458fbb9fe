//! The form of an origin, as clients send it (RFC 6454, section 6.2). Any other form never matches.

/// Origins without a host: of a page that has none of its own, and of a page from a file.
const WITHOUT_HOST: [&str; 2] = ["null", "file://"];

/// The hosts of this machine.
pub const LOCAL_HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Accepts `https://app.example.com`, `http://localhost:5173`, and origins of apps: `capacitor://localhost`,
/// `chrome-extension://<id>`, `file://`, `null`.
pub fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return WITHOUT_HOST.contains(&text) };
    let (host, port) = split(authority);
    WITHOUT_HOST.contains(&text)
        || is_scheme(scheme) && is_host(host) && port.is_none_or(|port| is_port(port, default_port(scheme)))
}

/// Explains how to write an entry that is not an origin.
pub fn suggestion(entry: &str) -> String {
    match corrected(entry).filter(|origin| is_origin(origin)) {
        Some(origin) => format!("Write {origin}"),
        None if entry.contains('*') => "List each origin: wildcards are not possible".to_owned(),
        None => {
            "Write -, or an origin in lower case, such as https://app.example.com, http://localhost:5173, \
                 capacitor://localhost, file:// or null"
                .to_owned()
        }
    }
}

/// With a scheme, in lower case, and without a path and a default port.
fn corrected(entry: &str) -> Option<String> {
    let entry = entry.trim_matches(['"', '\'']).to_lowercase();
    let (scheme, rest) = entry.split_once("://").unwrap_or((guessed_scheme(&entry), &entry));
    let scheme = match scheme {
        "wss" => "https",
        "ws" => "http",
        "file" => return Some("file://".to_owned()),
        scheme => scheme,
    };
    let (host, port) = split(rest.split(['/', '?', '#']).next()?);
    let port = port.filter(|port| Some(*port) != default_port(scheme) && !port.is_empty());
    Some(port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}")))
}

fn guessed_scheme(entry: &str) -> &'static str {
    let is_local = LOCAL_HOSTS.iter().any(|host| entry.starts_with(host));
    if is_local { "http" } else { "https" }
}

/// The host, and the port if there is one.
pub fn split(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':').filter(|(_, port)| !port.contains(']')) {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    }
}

/// Browsers send no default port.
fn default_port(scheme: &str) -> Option<&'static str> {
    match scheme {
        "https" => Some("443"),
        "http" => Some("80"),
        _ => None,
    }
}

/// A page has the origin of its own address, and never that of a socket. An origin of `file` has no host.
fn is_scheme(scheme: &str) -> bool {
    let belongs = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+.-".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_lowercase())
        && scheme.bytes().all(belongs)
        && !["ws", "wss", "file"].contains(&scheme)
}

fn is_host(host: &str) -> bool {
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    let is_address =
        |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte) || b":.".contains(&byte);
    match host.strip_prefix('[') {
        Some(address) => {
            address.strip_suffix(']').is_some_and(|it| !it.is_empty() && it.bytes().all(is_address))
        }
        None => !host.is_empty() && host.bytes().all(is_name),
    }
}

fn is_port(port: &str, default: Option<&str>) -> bool {
    let number = port.parse::<u16>().ok().filter(|number| *number > 0);
    number.is_some_and(|number| number.to_string() == port) && Some(port) != default
}
