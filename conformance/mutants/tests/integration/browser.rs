//! The HTML report in a real browser: wide and narrow, light and dark.

use std::{
    env,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use serde::Deserialize;
use specfirst_engine::report::html;

use crate::run::{against, mutant};

/// A frame of a chosen width around the page, with a script that measures the page. The page itself
/// allows no script.
const FRAME: &str = r#"<!doctype html><meta charset="utf-8"><body>
<iframe id="frame" style="width: WIDTHpx; height: 900px; border: 0"></iframe>
<script type="text/plain" id="seen"></script>
<script>
const frame = document.getElementById('frame');
const rgb = text => text.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b]
  .map(c => c / 255)
  .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
  .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
const ground = element => {
  for (let e = element; e; e = e.parentElement) {
    const color = rgb(getComputedStyle(e).backgroundColor);
    if (color.length < 4 || color[3] > 0) return color;
  }
  return [255, 255, 255];
};
const contrast = element => {
  const [a, b] = [light(rgb(getComputedStyle(element).color)), light(ground(element))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
};
frame.onload = () => {
  const page = frame.contentDocument, root = page.documentElement;
  for (const details of page.querySelectorAll('details')) details.open = true;
  const all = [...page.querySelectorAll('body *')];
  const texts = all.filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()));
  const outside = e => e.getBoundingClientRect().right > root.clientWidth + 1;
  document.getElementById('seen').textContent = JSON.stringify({
    title: page.title,
    width: root.clientWidth,
    content_width: root.scrollWidth,
    cut_off: texts.filter(e => outside(e) && !e.closest('.table')).map(e => e.outerHTML.slice(0, 200)),
    least_contrast: Math.min(...texts.map(contrast)),
    ground: light(ground(page.body)),
    failures: page.querySelectorAll('details').length,
    tables: page.querySelectorAll('table').length,
    scripts: page.scripts.length + page.images.length,
    text: page.body.innerText,
  }).replaceAll('<', '\\u003c');
};
frame.src = '/report';
</script>"#;

#[derive(Debug, Deserialize)]
struct Seen {
    title: String,
    width: f64,
    content_width: f64,
    cut_off: Vec<String>,
    least_contrast: f64,
    ground: f64,
    failures: usize,
    tables: usize,
    scripts: usize,
    text: String,
}

/// The browser of `LOGIN_TEST_CHROMIUM`, which `cargo xtask test` sets, or of its usual paths.
fn chromium() -> PathBuf {
    let named = env::var_os("LOGIN_TEST_CHROMIUM").map(PathBuf::from);
    let path = env::var_os("PATH").unwrap_or_default();
    let found = || {
        let files = env::split_paths(&path)
            .flat_map(|folder| ["chromium", "chromium-browser"].map(|name| folder.join(name)));
        files.into_iter().find(|file| file.is_file())
    };
    named.or_else(found).expect(
        "this test needs Chromium: `cargo xtask test` installs it, or LOGIN_TEST_CHROMIUM names it",
    )
}

/// Serves a page and its frame. Returns the requested paths too.
fn serve(page: String, width: u32) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let paths = Arc::clone(&asked);
    let frame = FRAME.replace("WIDTH", &width.to_string());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut line = String::new();
            if BufReader::new(&stream).read_line(&mut line).is_err() {
                continue;
            }
            let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
            let body = if path == "/report" { &page } else { &frame };
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n\
                 Content-Length: {}\r\n\r\n{body}",
                body.len()
            );
            if !path.is_empty() {
                paths.lock().unwrap().push(path);
            }
        }
    });
    (address, asked)
}

/// The measurements of a page in a frame of this width.
fn look(page: &str, width: u32, is_dark: bool) -> Seen {
    let (address, asked) = serve(page.to_owned(), width);
    let profile = tempfile::tempdir().unwrap();
    let scheme = if is_dark { "0" } else { "1" };
    let output = Command::new(chromium())
        .args(["--headless=new", "--disable-gpu", "--no-first-run", "--window-size=1400,1000"])
        // In containers it is started by root, which the sandbox refuses. The page is our own.
        .args(["--no-sandbox", "--disable-dev-shm-usage", "--virtual-time-budget=10000"])
        .arg(format!("--blink-settings=preferredColorScheme={scheme}"))
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg("--dump-dom")
        .arg(format!("http://{address}/"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let dom = String::from_utf8(output.stdout).unwrap();
    let seen = dom.split_once("id=\"seen\">").and_then(|(_, rest)| rest.split_once("</script>"));
    let Some((seen, _)) = seen else {
        panic!("{dom}\n{}", String::from_utf8_lossy(&output.stderr));
    };
    let seen: Seen = serde_json::from_str(seen).unwrap_or_else(|error| panic!("{error}: {seen}"));
    let mut asked = asked.lock().unwrap().clone();
    asked.retain(|path| path != "/favicon.ico");
    assert_eq!(asked, ["/", "/report"], "the page loads something else");
    seen
}

#[test]
fn html_report_is_readable_on_wide_and_narrow_screens_in_both_colour_schemes() {
    let (mut report, _) = against(mutant("active-string"), |_| {});
    let hostile = "<script>document.title = 'taken'</script><img src=/leak>";
    report.failures[0].got = hostile.to_owned();
    report.failures[0].response = Some(format!("HTTP 200\n\n{hostile}{}", "x".repeat(400)));
    let page = html::page(&report);
    for (width, is_dark) in [(1280, false), (1280, true), (390, false), (390, true)] {
        let seen = look(&page, width, is_dark);
        let at = format!("at {width}, dark: {is_dark}");
        assert!((f64::from(width) - seen.width).abs() <= 20.0, "{at}: {}", seen.width);
        assert!(seen.content_width <= seen.width, "{at}: {} scrolls sideways", seen.content_width);
        assert_eq!(seen.cut_off, Vec::<String>::new(), "{at}");
        // WCAG 2.2, 1.4.3.
        assert!(seen.least_contrast >= 4.5, "{at}: contrast {}", seen.least_contrast);
        assert_eq!(seen.ground < 0.2, is_dark, "{at}: {}", seen.ground);
        assert_eq!(seen.title, "login-conformance: does not conform");
        assert_eq!((seen.failures, seen.scripts), (report.failures.len(), 0), "{at}");
        // Five tiers of rules, places, sentences, response schemas, and times.
        assert_eq!(seen.tables, 9, "{at}");
        for text in [hostile, "response_schema_conformance", "curl -sS", "/properties/active"] {
            assert!(seen.text.contains(text), "{at}: {text} is not to be seen");
        }
    }
}
