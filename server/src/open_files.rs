//! How many connections the system allows.

/// Allows this process as many open files as it may allow itself.
///
/// The usual limit of 1,024 is there for programs of old; here, every connection is one. Where the
/// system refuses, it stays as it was.
#[cfg(unix)]
pub fn raise_open_files_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}

/// There is no such limit here.
#[cfg(not(unix))]
pub fn raise_open_files_limit() {}
