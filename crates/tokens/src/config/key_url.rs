/// Checks for `https`, or `http` to this machine. An attacker who replaces the keys in transit can sign
/// tokens.
pub fn is_secure(url: &str) -> bool {
    let authority = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let is_plain = |authority: &str| !authority.is_empty() && !authority.contains(['@', ' ']);
    if let Some(rest) = url.strip_prefix("https://") {
        return is_plain(&authority(rest));
    }
    let Some(rest) = url.strip_prefix("http://") else { return false };
    let authority = authority(rest);
    let host = authority
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(']'))
        .map_or(&*authority, |(host, _)| host);
    is_plain(&authority) && ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}
