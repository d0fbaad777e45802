//! No file and no output of the program holds a secret, whatever a hostile server makes it quote.

use std::{fmt::Write as _, path::Path, process::Output, sync::LazyLock};

use base64::{Engine as _, engine::general_purpose as base64_of};
use login_conformance::login::accounts::Account;
use login_mutants::mutants::{Mutant, ProxyResponse, find};
use percent_encoding::{NON_ALPHANUMERIC, percent_encode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use specfirst_engine::redact::encodings;

use crate::scene::{Scene, TOTP_SECRET, account, says, text};

/// Passwords that are hard to redact: with quotes, non-ASCII characters, characters that URLs, forms
/// and shells escape, digits alone, and one inside another.
fn accounts() -> Vec<Account> {
    vec![
        account("alice", r#"Al'1ce "ö+%\ & <p>/ñ🔑"#),
        account("bob", "482913"),
        account("carol", "a 482913 b"),
        Account {
            totp_secret: Some(TOTP_SECRET.parse().unwrap()),
            ..account("tom", "t0m+t0m=%41\\u0041")
        },
        Account { active: false, ..account("ivan", "Ïván's \\\"no\\\"") },
    ]
}

fn secrets(accounts: &[Account]) -> Vec<String> {
    let of = |account: &Account| {
        let factor = account.totp_secret.as_ref().map(|secret| secret.as_base32().to_owned());
        [Some(account.password.clone()), factor]
    };
    accounts.iter().flat_map(of).flatten().collect()
}

/// A secret in the encodings of many servers. They are made without the suite's own list, so that gaps
/// in that list show.
fn encoded(secret: &str) -> Vec<String> {
    let each = |write: &dyn Fn(char) -> String| secret.chars().map(write).collect::<String>();
    let units = |c: char| c.encode_utf16(&mut [0; 2]).to_vec();
    let json_upper =
        |c: char| units(c).iter().map(|unit| format!("\\u{unit:04X}")).collect::<String>();
    // Every character that some JSON writer escapes, in lowercase.
    let json_some = |c: char| match c {
        '"' | '\'' | '<' | '>' | '&' | '+' => format!("\\u{:04x}", u32::from(c)),
        '\\' => r"\\".to_owned(),
        '/' => r"\/".to_owned(),
        c if c.is_ascii() => c.to_string(),
        c => units(c).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
    };
    let html_decimal = |c: char| match c {
        c if c.is_ascii_alphanumeric() => c.to_string(),
        c => format!("&#{};", u32::from(c)),
    };
    let html_hex = |c: char| format!("&#x{:x};", u32::from(c));
    let html_named = |c: char| match c {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&apos;".to_owned(),
        c => c.to_string(),
    };
    let percent = percent_encode(secret.as_bytes(), NON_ALPHANUMERIC).to_string();
    let bytes = secret.bytes().fold(String::new(), |text, byte| text + &format!("%{byte:02x}"));
    let digest = Sha256::digest(secret);
    let mut all = vec![
        secret.to_owned(),
        each(&json_upper),
        each(&json_some),
        each(&html_decimal),
        each(&html_hex),
        each(&html_named),
        percent.clone(),
        percent.replace("%20", "+"),
        bytes,
        hex::encode(secret),
        hex::encode_upper(secret),
        hex::encode(digest),
        hex::encode_upper(digest),
        base64_of::STANDARD.encode(digest),
        base64_of::URL_SAFE_NO_PAD.encode(digest),
    ];
    for before in ["", "a", "al", "alice:"] {
        for after in ["", "!", "?!"] {
            let whole = format!("{before}{secret}{after}");
            all.push(base64_of::STANDARD.encode(&whole));
            all.push(base64_of::STANDARD_NO_PAD.encode(&whole));
            all.push(base64_of::URL_SAFE.encode(&whole));
            all.push(base64_of::URL_SAFE_NO_PAD.encode(&whole));
        }
    }
    all
}

/// Asserts that an output holds no secret, in any encoding of this test or of the suite.
fn assert_clean(what: &str, output: &str, accounts: &[Account], tokens: &[String]) {
    for secret in secrets(accounts) {
        let mut all = encoded(&secret);
        all.extend(encodings(&secret));
        all.sort();
        all.dedup();
        for form in all {
            // The characters at the ends of base64 depend on the neighbouring bytes too.
            let core = form.get(2..form.len().saturating_sub(3)).filter(|core| core.len() >= 6);
            assert!(!output.contains(core.unwrap_or(&form)), "{what} shows `{form}`:\n{output}");
        }
    }
    let token = tokens.iter().find(|token| output.contains(*token));
    assert!(token.is_none(), "{what} shows the token {token:?}:\n{output}");
}

fn texts_in(directory: &Path) -> String {
    let Ok(entries) = std::fs::read_dir(directory) else { return String::new() };
    let texts = entries.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    texts.collect::<Vec<_>>().join("\n")
}

/// Every secret in every encoding, inside other text.
static GOSSIP: LazyLock<String> = LazyLock::new(|| {
    let told = secrets(&accounts()).iter().flat_map(|secret| encoded(secret)).collect::<Vec<_>>();
    format!("({})", told.join(") ("))
});

/// As much of that as a header can hold.
static IN_HEADER: LazyLock<String> = LazyLock::new(|| {
    let mut told = String::new();
    for secret in secrets(&accounts()) {
        for form in encoded(&secret).iter().step_by(3) {
            if form.chars().all(|c| c.is_ascii_graphic()) && told.len() + form.len() < 6_000 {
                let _ = write!(told, "({form})");
            }
        }
    }
    told
});

/// A server that repeats all secrets wherever a record or a report reads.
fn parrot() -> Mutant {
    Mutant {
        id: "parrot",
        title: "every response holds every secret",
        after: |_, request, response| {
            response.set_header("location", &format!("/elsewhere?{}", *IN_HEADER));
            response.set_header("www-authenticate", &format!("Basic {}", *IN_HEADER));
            let token = request.header("x-auth-token").unwrap_or_default().to_owned();
            if response.status >= 400 {
                response.change(|body| {
                    body["message"] = json!(format!("{token}: {}", *GOSSIP));
                    body["details"] = json!({"a 482913 b": [482_913, token]});
                });
            }
        },
        ..find("as-it-is").unwrap()
    }
}

fn unlimited(mutant: Mutant) -> Scene {
    Scene::with(accounts(), mutant, |config| {
        config.rate_limit.enabled = false;
        config.lockout.enabled = false;
    })
}

fn said(output: &Output) -> String {
    text(&output.stdout) + &text(&output.stderr)
}

#[test]
fn record_and_its_comparison_hold_no_secret() {
    let (scene, other) = (unlimited(parrot()), unlimited(find("credentials-echoed").unwrap()));
    let directory = scene.directory.path().join("record");
    let record = directory.display().to_string();
    let (here, there) = (scene.proxy.base_url(), other.proxy.base_url());
    let limits = ["--rate", "unlimited"];
    let run = |options: &[&str]| scene.command(&[options, &limits].concat()).output().unwrap();
    let tokens = || [scene.proxy.tokens(), other.proxy.tokens()].concat();
    let output = run(&["record", "--out", &record, "--base-url", here]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let files = texts_in(&directory);
    assert!(files.contains("[password]") && files.contains("[token]"), "{files}");
    assert_clean("record", &(files + &said(&output)), &scene.accounts, &tokens());
    for options in [
        vec!["compare", &record, "--base-url", there],
        vec!["compare", &record, "--base-url", there, "--json"],
        vec!["diff", there, here],
        vec!["diff", there, here, "--json"],
        vec!["diff", here, there, "--json"],
    ] {
        let output = run(&options);
        assert_eq!(output.status.code(), Some(100), "{options:?}: {}", text(&output.stderr));
        assert!(said(&output).contains("[password]"), "{options:?}: {}", said(&output));
        if options.contains(&"--json") {
            let changes: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert!(changes["changes"].as_array().is_some_and(|all| !all.is_empty()));
        }
        assert_clean(&options.join(" "), &said(&output), &scene.accounts, &tokens());
    }
    // The repeated secrets are not a change of the server. A code works only once, so whether the
    // present one still works depends on the clock.
    let same = run(&["compare", &record, "--base-url", here]);
    let same = text(&same.stdout);
    let changed = same.lines().find(|line| line.contains(": ") && !line.contains("with-code"));
    assert!(same.contains("compared ") && changed.is_none(), "{same}");
}

#[test]
fn run_against_a_hostile_server_writes_no_secret() {
    for mutant in [
        parrot(),
        find("credentials-echoed").unwrap(),
        find("any-password").unwrap(),
        find("token-in-me").unwrap(),
    ] {
        let id = mutant.id;
        let scene = unlimited(mutant);
        let at = |name: &str| scene.directory.path().join("out").join(name).display().to_string();
        std::fs::create_dir(scene.directory.path().join("out")).unwrap();
        let (json, junit, html, sarif) = (at("r.json"), at("r.xml"), at("r.html"), at("r.sarif"));
        let kept = at("regressions");
        let limits = ["--rate", "unlimited", "--budget", "700", "--cases", "20", "--seed", "3"];
        let reports = ["--allow-unsafe", "--report-json", &json, "--report-junit", &junit];
        let more = ["--report-html", &html, "--report-sarif", &sarif, "--regressions", &kept];
        let options = [&limits[..], &reports, &more].concat();
        let mut command = scene.program(scene.proxy.base_url(), &options);
        // Environment variables with which users debug their own tests.
        let output = command.env("PROPTEST_VERBOSE", "3").output().unwrap();
        assert_eq!(output.status.code(), Some(100), "{id}: {}", text(&output.stderr));
        let json = std::fs::read_to_string(&json).unwrap();
        for file in [&json, &std::fs::read_to_string(&sarif).unwrap()] {
            serde_json::from_str::<Value>(file).unwrap();
        }
        let written = [
            said(&output),
            json,
            std::fs::read_to_string(&junit).unwrap(),
            std::fs::read_to_string(&html).unwrap(),
            std::fs::read_to_string(&sarif).unwrap(),
            texts_in(Path::new(&kept)),
        ];
        for text in written {
            assert_clean(id, &text, &scene.accounts, &scene.proxy.tokens());
        }
        // Too few requests to reach the second factor, because waiting for a new code takes long.
        let limits = ["--rate", "unlimited", "--budget", "12", "--seed", "3", "--json"];
        let output = scene.run(&limits);
        serde_json::from_slice::<Value>(&output.stdout).unwrap();
        assert_clean(id, &said(&output), &scene.accounts, &scene.proxy.tokens());
    }
}

/// A server that closes the connection for the beginning of a password.
fn hangs_up() -> Mutant {
    Mutant {
        before: |state, request| {
            let account = state.named(request)?;
            let given = request.member("password")?;
            let is_cut = given.len() > 6
                && given.len() < account.password.len()
                && account.password.starts_with(&given);
            is_cut.then(|| ProxyResponse { is_dropped: true, ..ProxyResponse::unauthorized() })
        },
        ..find("as-it-is").unwrap()
    }
}

#[test]
fn almost_right_password_without_a_response_is_in_no_report() {
    for last in [&["--fail-fast"][..], &[]] {
        let accounts =
            ["alice", "bob"].map(|name| account(name, &format!("{name}-correct-horse-battery")));
        let scene = Scene::with(accounts.to_vec(), hangs_up(), |config| {
            config.rate_limit.enabled = false;
            config.lockout.enabled = false;
        });
        let options = [&["--rate", "unlimited", "--budget", "150", "--seed", "1"], last].concat();
        let output = scene.run(&options);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(100), "{said}");
        assert!(said.contains("the request got no response"), "{said}");
        assert!(!said.contains("-correct-horse"), "{last:?}: {said}");
    }
}

#[test]
fn error_holds_no_secret() {
    let scene = unlimited(find("as-it-is").unwrap());
    let ascii = IN_HEADER.as_str();
    let head = |first: &str, header: &str| {
        format!("HTTP/1.1 {first}\r\n{header}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    };
    let html = format!("<html><title>{}</title></html>", *GOSSIP);
    let hosts = [
        ("redirects to", head("302 Found", &format!("Location: http://elsewhere/{ascii}"))),
        ("in place of JSON", head("200 OK", &format!("Content-Type: text/html; token={ascii}"))),
        (
            "in place of JSON",
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{html}",
                html.len()
            ),
        ),
        ("no response", format!("HTTP/1.1 2OO {ascii}\r\n{ascii}\r\n\r\n")),
    ];
    for (reason, response) in hosts {
        let url = says(response);
        let record = scene.directory.path().join("record").display().to_string();
        for options in [
            vec!["run", "--base-url", &url, "--seed", "3"],
            vec!["record", "--out", &record, "--base-url", &url],
            vec!["diff", scene.proxy.base_url(), &url, "--rate", "unlimited"],
        ] {
            let output = scene.command(&options).args(["--timeout", "5"]).output().unwrap();
            let said = said(&output);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains("error: ") && said.contains(reason), "{reason}: {said}");
            assert_clean(reason, &said, &scene.accounts, &scene.proxy.tokens());
        }
    }
}

#[test]
fn unwritable_file_is_named_without_its_contents() {
    let scene = unlimited(find("password-echoed").unwrap());
    let nowhere = scene.directory.path().join("none").join("report.json").display().to_string();
    let file = scene.accounts_file().join("below").display().to_string();
    let limits = ["--rate", "unlimited", "--budget", "12", "--seed", "3"];
    for option in ["--report-json", "--report-junit", "--report-html", "--report-sarif"] {
        let output = scene.run(&[&limits[..], &[option, &nowhere]].concat());
        assert_eq!(output.status.code(), Some(1), "{}", said(&output));
        assert!(text(&output.stderr).contains("none/report.json: cannot be written"));
        assert_clean(option, &said(&output), &scene.accounts, &scene.proxy.tokens());
    }
    let url = scene.proxy.base_url();
    let record = ["record", "--out", &file, "--rate", "unlimited", "--base-url", url];
    let output = scene.command(&record).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(text(&output.stderr).contains("below: cannot be made"), "{}", said(&output));
    assert_clean("record", &said(&output), &scene.accounts, &scene.proxy.tokens());
}

#[test]
fn base_url_with_a_secret_is_refused_and_not_repeated() {
    let scene = unlimited(find("as-it-is").unwrap());
    for url in [
        "http://alice:482913@localhost",
        "http://localhost/?password=482913",
        "http://localhost/#482913",
        "ftp://alice:482913@localhost",
    ] {
        let output = scene.program(url, &["--seed", "3"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output.stderr).contains("is no base URL"), "{}", said(&output));
        assert_clean(url, &said(&output), &scene.accounts, &[]);
    }
}
