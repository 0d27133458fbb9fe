//! Every client is an open file, and a shell often allows 1,024 of them.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// Enough for everything here; more than some systems allow is refused as a whole.
const MANY: u64 = 65_536;

/// As many as the system lets this process have.
pub fn allow_many() {
    let limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.map_or(MANY, |most| most.min(MANY));
    if limit.current.is_none_or(|current| current >= wanted) {
        return;
    }
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: Some(wanted), ..limit }) {
        warn!(
            "{wanted} open files are not allowed ({error}): many clients may be too many; raise `ulimit -n`"
        );
    }
}
