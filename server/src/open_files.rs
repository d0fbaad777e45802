//! The limit of open files, and so of connections.

/// Raises the limit of open files to the maximum that this process may set.
///
/// Every connection is an open file, and the usual limit of 1,024 is too low. If the system
/// refuses, the limit stays as it was.
#[cfg(unix)]
pub fn raise_open_files_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// This platform has no such limit.
#[cfg(not(unix))]
pub fn raise_open_files_limit() {}
