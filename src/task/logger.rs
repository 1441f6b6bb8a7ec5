//! The log of a task: the logger for the crate `log`, used by the runner and by the handler.
//!
//! Each record is one line on standard error, with the time (UTC), the level and the request id.

use std::{
    env,
    io::{self, Write as _},
    sync::{Mutex, PoisonError},
    time::SystemTime,
};

use log::{LevelFilter, Log, Metadata, Record};
use serde_json::json;
use zeroize::Zeroizing;

use crate::client::Variable;

/// The request id of the event that is being handled.
static REQUEST_ID: Mutex<Option<String>> = Mutex::new(None);

struct Logger {
    is_json: bool,
}

/// Makes this the program's logger, as `AWS_LAMBDA_LOG_FORMAT` (`JSON` or text) and `AWS_LAMBDA_LOG_LEVEL` (`INFO` by
/// default) say. A logger that the program has set itself is kept, and gets the runner's lines too.
pub(super) fn install() {
    let variable = |name| env::var(name).unwrap_or_default();
    let is_json = variable("AWS_LAMBDA_LOG_FORMAT").eq_ignore_ascii_case("json");
    if log::set_boxed_logger(Box::new(Logger { is_json })).is_ok() {
        log::set_max_level(level(&variable("AWS_LAMBDA_LOG_LEVEL")));
    }
}

/// Reads a level of Lambda's, which has one more than the crate `log`: `FATAL`.
fn level(name: &str) -> LevelFilter {
    if name.eq_ignore_ascii_case("fatal") {
        return LevelFilter::Error;
    }
    name.parse().unwrap_or(LevelFilter::Info)
}

/// Sets the request id of the lines to come, and returns the one before.
pub(super) fn set_request_id(request_id: Option<String>) -> Option<String> {
    let mut current = REQUEST_ID.lock().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *current, request_id)
}

impl Log for Logger {
    /// The HTTP and TLS libraries are left out: at the levels `DEBUG` and `TRACE` they show headers.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let target = metadata.target();
        !["ureq", "rustls"].iter().any(|name| target.starts_with(name))
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let request_id = {
            let current = REQUEST_ID.lock().unwrap_or_else(PoisonError::into_inner);
            current.as_deref().unwrap_or("-").to_owned()
        };
        let time = humantime::format_rfc3339_millis(SystemTime::now());
        let level = record.level();
        let message = without_secrets(record.args().to_string());
        let line = if self.is_json {
            json!({
                "timestamp": time.to_string(),
                "level": level.as_str(),
                "requestId": request_id,
                "message": message,
            })
            .to_string()
        } else {
            format!("{time} {level} {request_id} {message}")
        };
        write_line(&line);
    }

    fn flush(&self) {}
}

/// Writes a line to standard error.
pub(super) fn write_line(line: &str) {
    // If the log cannot be written, there is nowhere to report it.
    let _ = writeln!(io::stderr(), "{}", escaped(line));
}

/// Replaces the secrets of the environment.
pub(super) fn without_secrets(mut text: String) -> String {
    for variable in [Variable::ConsumerSecret, Variable::TokenSecret] {
        let secret = Zeroizing::new(env::var(variable.name()).unwrap_or_default());
        // A shorter one is not a real secret, and could be part of any word.
        if secret.len() >= 8 {
            text = text.replace(&*secret, "[secret]");
        }
    }
    text
}

/// Escapes the characters that a terminal interprets, as JSON does, so that each record is one line.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{0}'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{61c}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}' => {
                escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            character => escaped.push(character),
        }
    }
    escaped
}
