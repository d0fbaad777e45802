//! Shows progress: a bar on a terminal, and a line at intervals elsewhere.

use std::{
    io::{self, IsTerminal as _, Write},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use specfirst_engine::runner::Activity;

/// The interval of lines without a terminal. A run with a rate takes minutes.
const PERIOD: Duration = Duration::from_secs(30);

/// A progress display. It is removed from the terminal when it is dropped.
pub struct Progress {
    bar: ProgressBar,
    lines: Option<Mutex<Lines<io::Stderr>>>,
}

impl Progress {
    /// Counts units, named in the plural. `most` is the expected number, if it is known.
    pub fn new(unit: &'static str, most: Option<u64>) -> Self {
        if !io::stderr().is_terminal() {
            let lines = Lines::new(io::stderr(), unit, most, Instant::now());
            return Self { bar: ProgressBar::hidden(), lines: Some(Mutex::new(lines)) };
        }
        let bar = most.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let template = match most {
            Some(_) => format!("{{bar:24}} {{pos}} of {{len}} {unit}, {{elapsed}}\n{{wide_msg}}"),
            None => format!("{{spinner}} {{pos}} {unit}, {{elapsed}}\n{{wide_msg}}"),
        };
        let style = ProgressStyle::with_template(&template);
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        bar.enable_steady_tick(Duration::from_millis(100));
        Self { bar, lines: None }
    }

    /// Shows what a run is doing.
    pub fn show(&self, activity: &Activity) {
        // A run reports this after every exchange.
        self.at(activity.exchanges, || activity.to_string());
    }

    /// Counts one more unit, which has a name.
    pub fn done(&self, name: &'static str) {
        self.bar.inc(1);
        self.at(self.bar.position(), || name.to_owned());
    }

    fn at(&self, count: u64, what: impl Fn() -> String) {
        self.bar.set_position(count);
        let Some(lines) = &self.lines else {
            self.bar.set_message(what());
            return;
        };
        let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
        // A run must not end because its progress cannot be shown.
        let _ = lines.at(count, what, Instant::now());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

/// Prints at most one line in each interval.
struct Lines<W> {
    out: W,
    unit: &'static str,
    most: Option<u64>,
    began: Instant,
    next: Instant,
}

impl<W: Write> Lines<W> {
    fn new(out: W, unit: &'static str, most: Option<u64>, now: Instant) -> Self {
        Self { out, unit, most, began: now, next: now + PERIOD }
    }

    fn at(&mut self, count: u64, what: impl Fn() -> String, now: Instant) -> io::Result<()> {
        if now < self.next {
            return Ok(());
        }
        self.next = now + PERIOD;
        let elapsed = now.duration_since(self.began).as_secs();
        let of = self.most.map(|most| format!(" of {most}")).unwrap_or_default();
        writeln!(self.out, "{count}{of} {} after {elapsed} s; {}", self.unit, what())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(most: Option<u64>, counts: &[(u64, u64)]) -> String {
        let now = Instant::now();
        let mut lines = Lines::new(Vec::new(), "exchanges", most, now);
        for (count, seconds) in counts {
            let what = || format!("part {count}");
            lines.at(*count, what, now + Duration::from_secs(*seconds)).unwrap();
        }
        String::from_utf8(lines.out).unwrap()
    }

    #[test]
    fn a_short_run_writes_no_line_and_a_long_one_a_line_each_period() {
        assert_eq!(shown(Some(60), &[(1, 0), (20, 29)]), "");
        assert_eq!(
            shown(Some(60), &[(1, 0), (20, 31), (21, 32), (22, 60), (30, 61)]),
            "20 of 60 exchanges after 31 s; part 20\n30 of 60 exchanges after 61 s; part 30\n"
        );
        assert_eq!(shown(None, &[(7, 40)]), "7 exchanges after 40 s; part 7\n");
    }
}
