//! Every client needs an open file, and a shell often allows only 1,024 of them.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// Enough for everything here. Some systems refuse a higher limit.
const WANTED: u64 = 65_536;

/// Raises the limit of this process as far as the system allows.
pub fn raise_limit() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit }) {
        warn!(
            "cannot raise the limit of open files to {wanted}: {error}; for many clients, raise it with `ulimit -n`"
        );
    }
}
