//! The values of `--origin`. A value that differs from what browsers send would never match.

/// Accepts an origin as browsers write it. The error has the right spelling.
pub fn parse(text: &str) -> Result<String, String> {
    match canonical(text) {
        Some(origin) if origin == text => Ok(origin),
        Some(origin) => Err(format!("browsers write this origin as {origin}")),
        None => Err("write an origin such as http://localhost:5173 or https://app.example.com".to_owned()),
    }
}

fn canonical(text: &str) -> Option<String> {
    let lower = text.trim().to_ascii_lowercase();
    // Pages without an origin of their own send it, so any page can.
    if lower == "null" {
        return None;
    }
    let (scheme, rest) = lower.split_once("://").unwrap_or_else(|| (likely_scheme(&lower), &lower));
    let (scheme, default_port) = match scheme {
        "http" | "ws" => ("http", ":80"),
        "https" | "wss" => ("https", ":443"),
        // An app has one, such as capacitor://localhost.
        scheme if is_scheme(scheme) => (scheme, "no default"),
        _ => return None,
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.strip_suffix(default_port).unwrap_or(authority);
    is_authority(authority).then(|| format!("{scheme}://{authority}"))
}

fn likely_scheme(authority: &str) -> &'static str {
    let is_local = ["localhost", "127.", "[::1]"].iter().any(|host| authority.starts_with(host));
    if is_local { "http" } else { "https" }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// Checks for a host name or an address, and perhaps a port.
fn is_authority(text: &str) -> bool {
    let (host, port) = match text.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')) {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    let is_name = |host: &str| {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_".contains(&byte);
        host.bytes().any(|byte| byte.is_ascii_alphanumeric()) && host.bytes().all(plain)
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_host = address.map_or(is_name(host), |address| address.parse::<std::net::Ipv6Addr>().is_ok());
    is_host && port.is_none_or(|port| port.parse::<u16>().is_ok_and(|number| number.to_string() == port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_as_browsers_write_it_is_accepted() {
        for good in
            ["http://localhost:5173", "https://app.example.com", "http://[::1]:3000", "capacitor://localhost"]
        {
            assert_eq!(parse(good), Ok(good.to_owned()));
        }
    }

    #[test]
    fn another_spelling_is_refused_with_the_right_one() {
        for (text, right) in [
            ("localhost:5173", "http://localhost:5173"),
            ("http://localhost:5173/", "http://localhost:5173"),
            ("http://localhost:5173/app?a#b", "http://localhost:5173"),
            ("HTTP://LocalHost:5173", "http://localhost:5173"),
            ("http://localhost:80", "http://localhost"),
            ("https://app.example.com:443/", "https://app.example.com"),
            ("app.example.com", "https://app.example.com"),
            ("ws://localhost:5173", "http://localhost:5173"),
            (" http://localhost:5173", "http://localhost:5173"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.ends_with(&format!(" as {right}")), "{text}: {error}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused_with_an_example() {
        let bad = ["", "*", "null", "-", "http://", "http://*.example.com", "://a", "http://a b"];
        let worse = [
            "http://a@b",
            "http://localhost:",
            "http://localhost:x",
            "http://localhost:99999",
            "http://[::1",
        ];
        for text in bad.into_iter().chain(worse).chain(["http://a,http://b", "http://localhost:05173"]) {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with("write an origin such as"), "{text}: {error}");
        }
    }
}
