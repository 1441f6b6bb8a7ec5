//! The outcome of the checks, one line each or as JSON, and the verdict.

use std::{io, process::ExitCode};

use exh_oauth1::client::{Error, Problem};
use serde_json::{Map, Value, json};

use crate::{
    failure::Failure,
    output::{
        json::escaped,
        stdout,
        terminal::{has_colour, wrapped},
    },
};

/// The outcome of a check.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Status {
    Ok,
    Warning,
    Failed,
    NotTried,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
            Self::NotTried => "not tried",
        }
    }

    fn colour(self) -> &'static str {
        match self {
            Self::Ok => "\x1b[32m",
            Self::Warning => "\x1b[33m",
            Self::Failed => "\x1b[31;1m",
            Self::NotTried => "\x1b[2m",
        }
    }
}

/// One check.
pub(super) struct Check {
    /// Programs rely on it, so it does not change between versions.
    id: &'static str,
    status: Status,
    detail: String,
    next_step: Option<String>,
    /// The program's exit code, if this check is the first that failed.
    exit_code: u8,
    /// Additional fields for `--json`.
    data: Map<String, Value>,
}

impl Check {
    fn new(id: &'static str, status: Status, detail: impl Into<String>) -> Self {
        Self { id, status, detail: detail.into(), next_step: None, exit_code: 2, data: Map::new() }
    }

    pub(super) fn ok(id: &'static str, detail: impl Into<String>) -> Self {
        Self::new(id, Status::Ok, detail)
    }

    pub(super) fn warning(id: &'static str, detail: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self { next_step: Some(next_step.into()), ..Self::new(id, Status::Warning, detail) }
    }

    pub(super) fn failed(id: &'static str, detail: impl Into<String>, next_step: Option<String>) -> Self {
        Self { next_step, ..Self::new(id, Status::Failed, detail) }
    }

    pub(super) fn not_tried(id: &'static str, why: &str) -> Self {
        Self::new(id, Status::NotTried, why)
    }

    /// A problem with a setting.
    pub(super) fn problem(id: &'static str, problem: &Problem) -> Self {
        Self::failed(id, problem.to_string(), Some(problem.hint().to_owned()))
    }

    /// A request that failed.
    pub(super) fn error(id: &'static str, error: &Error) -> Self {
        Self { exit_code: error.exit_code(), ..Self::failed(id, error.to_string(), error.hint()) }
    }

    /// Replaces the detail.
    pub(super) fn says(self, detail: String) -> Self {
        Self { detail, ..self }
    }

    /// Adds to the detail.
    pub(super) fn also(mut self, more: &str) -> Self {
        self.detail.push_str("; ");
        self.detail.push_str(more);
        self
    }

    pub(super) fn is_ok(&self) -> bool {
        self.status == Status::Ok
    }

    pub(super) fn exits(self, exit_code: u8) -> Self {
        Self { exit_code, ..self }
    }

    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.data.insert(name.to_owned(), value.into());
        self
    }

    fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("id".into(), self.id.into());
        let status = self.status.name().replace(' ', "_");
        object.insert("status".into(), status.into());
        object.insert("detail".into(), self.detail.as_str().into());
        object.insert("next_step".into(), self.next_step.clone().into());
        object.extend(self.data.clone());
        object.into()
    }
}

/// All checks so far.
pub(super) struct Report {
    checks: Vec<Check>,
    is_json: bool,
    is_coloured: bool,
}

impl Report {
    pub(super) fn new(is_json: bool) -> Self {
        Self { checks: Vec::new(), is_json, is_coloured: has_colour(&io::stdout()) }
    }

    /// Adds a check, and prints it at once, because later ones may take long.
    pub(super) fn add(&mut self, check: Check) -> Result<(), Failure> {
        if !self.is_json {
            let name = check.status.name();
            let space = " ".repeat(10_usize.saturating_sub(name.len()));
            let (colour, end) = match self.is_coloured {
                true => (check.status.colour(), "\x1b[0m"),
                false => ("", ""),
            };
            let detail = escaped(&check.detail).replace('\n', "; ");
            let line = format!("{colour}{name}{end}{space}{:<17} {detail}", check.id);
            stdout::line(&wrapped(&io::stdout(), &line, &" ".repeat(28)))?;
        }
        self.checks.push(check);
        Ok(())
    }

    /// Whether no check has failed so far.
    pub(super) fn is_well(&self) -> bool {
        self.first(Status::Failed).is_none()
    }

    fn first(&self, status: Status) -> Option<&Check> {
        self.checks.iter().find(|check| check.status == status)
    }

    /// Prints the verdict.
    pub(super) fn finish(self) -> Result<ExitCode, Failure> {
        let count = |status| self.checks.iter().filter(|check| check.status == status).count();
        let (verdict, summary, decisive) = match (self.first(Status::Failed), self.first(Status::Warning)) {
            (Some(check), _) => {
                let others = match count(Status::Failed) - 1 {
                    0 => String::new(),
                    others => format!(" (and {others} more)"),
                };
                let summary = format!("it does not work: {}{others}", check.detail);
                ("fails", summary, Some(check))
            }
            (None, Some(check)) => {
                let others = match count(Status::Warning) - 1 {
                    0 => String::new(),
                    others => format!(" (and {others} more warnings)"),
                };
                let summary = format!("it works, but: {}{others}", check.detail);
                ("works_with_warnings", summary, Some(check))
            }
            (None, None) => ("works", "everything works".to_owned(), None),
        };
        let next_step = decisive.and_then(|check| check.next_step.as_deref());
        let exit_code = match self.first(Status::Failed) {
            Some(check) => check.exit_code,
            None => 0,
        };
        if self.is_json {
            let checks: Vec<_> = self.checks.iter().map(Check::json).collect();
            let report = json!({
                "verdict": verdict,
                "summary": summary,
                "next_step": next_step,
                "exit_code": exit_code,
                "checks": checks,
            });
            stdout::body(format!("{report}\n").as_bytes())?;
        } else {
            let summary = escaped(&summary).replace('\n', "; ");
            let next_step = match (next_step, decisive) {
                (Some(next_step), _) => escaped(next_step).replace('\n', "; "),
                (None, Some(_)) => "see the check".to_owned(),
                (None, None) => "nothing to do".to_owned(),
            };
            let text = format!("\nverdict: {summary}\nnext:    {next_step}");
            stdout::line(&wrapped(&io::stdout(), &text, &" ".repeat(9)))?;
        }
        Ok(ExitCode::from(exit_code))
    }
}
