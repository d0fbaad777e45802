//! A result, in the format that the benchmarks print.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The median and the range of several rounds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Measured {
    pub(super) name: String,
    /// What was measured, and compared with what.
    pub(super) what: String,
    pub(super) goal: Option<Goal>,
    pub(super) unit: Unit,
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) rounds: usize,
    /// Further information that a reader needs.
    pub(super) detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Goal {
    AtLeast(f64),
    AtMost(f64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Unit {
    Ratio,
    Milliseconds,
    Mebibytes,
    Seconds,
}

impl Measured {
    /// A result from one value per round, of which there must be at least one.
    pub(super) fn of(
        name: &str,
        what: &str,
        goal: Option<Goal>,
        unit: Unit,
        values: &[f64],
    ) -> Self {
        let mut values = values.to_vec();
        values.sort_by(f64::total_cmp);
        let value = |at: usize| values.get(at).copied().unwrap_or(f64::NAN);
        let last = values.len().saturating_sub(1);
        Self {
            name: name.to_owned(),
            what: what.to_owned(),
            goal,
            unit,
            median: f64::midpoint(value(last / 2), value(last.div_ceil(2))),
            low: value(0),
            high: value(last),
            rounds: values.len(),
            detail: String::new(),
        }
    }

    /// Whether the goal is met; `None` if there is no goal.
    pub(super) fn is_met(&self) -> Option<bool> {
        self.goal.map(|goal| match goal {
            Goal::AtLeast(least) => self.median >= least,
            Goal::AtMost(most) => self.median <= most,
        })
    }

    pub(super) fn goal_text(&self) -> String {
        match self.goal {
            None => "–".to_owned(),
            Some(Goal::AtLeast(least)) => format!("≥ {}", self.unit.show(least)),
            Some(Goal::AtMost(most)) => format!("≤ {}", self.unit.show(most)),
        }
    }

    pub(super) fn result_text(&self) -> String {
        let median = self.unit.show(self.median);
        if self.rounds < 2 {
            return median;
        }
        format!("{median} ({}–{})", self.unit.number(self.low), self.unit.number(self.high))
    }
}

impl Unit {
    fn number(self, value: f64) -> String {
        match self {
            Self::Ratio => format!("{value:.3}"),
            Self::Milliseconds | Self::Seconds => format!("{value:.2}"),
            Self::Mebibytes => format!("{value:.1}"),
        }
    }

    fn show(self, value: f64) -> String {
        format!("{}{self}", self.number(value))
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ratio => "",
            Self::Milliseconds => " ms",
            Self::Mebibytes => " MiB",
            Self::Seconds => " s",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_decides_whether_the_goal_is_met() {
        let goal = Some(Goal::AtLeast(0.8));
        let of = |values: &[f64]| Measured::of("r", "w", goal, Unit::Ratio, values);
        assert_eq!(of(&[0.9, 0.7, 0.85]).result_text(), "0.850 (0.700–0.900)");
        assert_eq!(of(&[0.9, 0.7, 0.85]).is_met(), Some(true));
        assert_eq!(of(&[0.9, 0.7, 0.75, 0.7]).median, 0.725);
        assert_eq!(of(&[0.9, 0.7, 0.75, 0.7]).is_met(), Some(false));
        assert_eq!(of(&[0.8]).is_met(), Some(true));
        assert_eq!(of(&[]).is_met(), Some(false));
        let most = Measured { goal: Some(Goal::AtMost(0.8)), ..of(&[0.81]) };
        assert_eq!((most.is_met(), most.goal_text().as_str()), (Some(false), "≤ 0.800"));
    }
}
