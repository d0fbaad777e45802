//! The programs that tests start: PostgreSQL, a pooler, a directory and a browser.
//!
//! A test fails if its program is missing. `cargo xtask test` therefore installs the programs if
//! possible, and passes their paths in environment variables.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use specfirst::screen;

use crate::command;

/// A program, and where Debian installs it.
#[derive(Clone, Copy, Debug)]
struct Service {
    /// The environment variable in which tests look for the path.
    variable: &'static str,
    program: &'static str,
    /// Folders to search besides `PATH`. `*` stands for one folder; the last match is used.
    folders: &'static [&'static str],
    package: &'static str,
}

const SERVICES: [Service; 4] = [
    Service {
        variable: "LOGIN_TEST_POSTGRES",
        program: "postgres",
        // The folder also contains `initdb`, `pg_basebackup` and `pg_ctl`.
        folders: &["/usr/lib/postgresql/*/bin"],
        package: "postgresql",
    },
    Service {
        variable: "LOGIN_TEST_PGBOUNCER",
        program: "pgbouncer",
        folders: &["/usr/sbin"],
        package: "pgbouncer",
    },
    Service {
        variable: "LOGIN_TEST_SLAPD",
        program: "slapd",
        folders: &["/usr/sbin", "/usr/lib/openldap", "/usr/libexec"],
        package: "slapd",
    },
    Service {
        variable: "LOGIN_TEST_CHROMIUM",
        program: "chromium",
        folders: &["/usr/bin"],
        package: "chromium",
    },
];

/// Finds every service, installs missing ones if that is allowed, and returns the environment
/// variables for the tests.
///
/// # Errors
/// A service is missing and cannot be installed; the error names the command that installs it.
pub(crate) fn provide() -> Result<Vec<(&'static str, PathBuf)>> {
    let missing: Vec<Service> =
        SERVICES.into_iter().filter(|service| service.find().is_none()).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    SERVICES
        .into_iter()
        .map(|service| {
            let path = service.find().with_context(|| {
                let Service { package, program, variable, .. } = service;
                format!("{program} is not where package {package} puts it: set {variable}")
            })?;
            Ok((service.variable, path))
        })
        .collect()
}

fn install(missing: &[Service]) -> Result<()> {
    let packages: Vec<&str> = missing.iter().map(|service| service.package).collect();
    let by_hand = format!(
        "sudo apt-get install --no-install-recommends {}\n(elsewhere than on Debian: install {} \
         and put them in PATH, or set {})",
        packages.join(" "),
        listed(missing, |service| service.program),
        listed(missing, |service| service.variable),
    );
    let Some(prefix) = Privilege::find().filter(|_| in_path("apt-get").is_some()) else {
        bail!("tests need programs that are not installed; install them with\n{by_hand}");
    };
    screen::print(&format!("xtask: installing {} for the tests\n", packages.join(" and ")))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    // The package lists may be missing, as in a fresh container, or outdated.
    let installed = prefix.apt_get(&["update"]).and_then(|()| prefix.apt_get(&arguments));
    installed.with_context(|| format!("install them with: {by_hand}"))
}

/// How to get the administrator's rights without a password prompt.
#[derive(Clone, Copy, Debug)]
enum Privilege {
    Root,
    Sudo,
}

impl Privilege {
    fn find() -> Option<Self> {
        let quiet = |program: &str, arguments: &[&str]| {
            let mut command = Command::new(program);
            command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()
        };
        let id = quiet("id", &["-u"])?;
        if id.stdout.trim_ascii() == b"0" {
            return Some(Self::Root);
        }
        let sudo = quiet("sudo", &["--non-interactive", "true"])?;
        sudo.status.success().then_some(Self::Sudo)
    }

    fn apt_get(self, arguments: &[&str]) -> Result<()> {
        let mut command = match self {
            Self::Root => Command::new("env"),
            Self::Sudo => Command::new("sudo"),
        };
        if matches!(self, Self::Sudo) {
            command.args(["--non-interactive", "env"]);
        }
        // Debian starts the services that it installs, unless the run level says shutdown.
        command.args(["DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get", "--quiet"]);
        let what = format!("apt-get {}", arguments.join(" "));
        command::succeed(&what, command.args(arguments))
    }
}

impl Service {
    fn find(&self) -> Option<PathBuf> {
        let named = env::var_os(self.variable).map(PathBuf::from);
        named
            .or_else(|| in_path(self.program))
            .or_else(|| {
                let folders = self.folders.iter().flat_map(|folder| unfold(Path::new("/"), folder));
                folders.map(|folder| folder.join(self.program)).rfind(|path| path.is_file())
            })
            .filter(|path| path.is_file())
    }
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// The folders that match a pattern with `*`; the one with the highest number is last.
fn unfold(root: &Path, pattern: &str) -> Vec<PathBuf> {
    let mut found = vec![root.to_owned()];
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        found = found
            .into_iter()
            .flat_map(
                |folder| if part == "*" { children(&folder) } else { vec![folder.join(part)] },
            )
            .collect();
    }
    found
}

fn children(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<OsString> = entries.map(|entry| entry.file_name()).collect();
    names.sort_by_key(|name| {
        let name = name.to_string_lossy().into_owned();
        (name.parse::<u32>().ok(), name)
    });
    names.into_iter().map(|name| folder.join(name)).collect()
}

fn listed(services: &[Service], member: impl Fn(&Service) -> &'static str) -> String {
    services.iter().map(member).collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newest_of_several_versions_is_last() {
        let root = tempfile::tempdir().unwrap();
        for version in ["9", "15", "100", "notes"] {
            fs::create_dir_all(root.path().join("lib").join(version).join("bin")).unwrap();
        }
        let found = unfold(root.path(), "/lib/*/bin");
        let expected = ["notes", "9", "15", "100"];
        assert_eq!(found, expected.map(|name| root.path().join("lib").join(name).join("bin")));
        assert_eq!(unfold(root.path(), "/none/*/bin"), Vec::<PathBuf>::new());
    }
}
