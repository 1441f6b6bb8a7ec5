//! What the sandbox offers of the API: one row of a table for each call.

use alloc::{format, string::String, vec::Vec};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};

use super::{
    Keys, Log,
    answer::{Answer, Code, Refusal},
    gate::Gate,
    http::Message,
};
use crate::oauth1::timestamp;

/// Who may call.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Access {
    /// Anybody, unsigned.
    Open,
    /// A user, signed with client and token.
    User,
}

struct Route {
    method: &'static str,
    /// Segments in braces stand for any one segment.
    path: &'static str,
    access: Access,
    handler: fn(&Api, &Call<'_>) -> Result<Value, Refusal>,
}

/// The first row that matches counts.
const ROUTES: &[Route] = &[
    route("GET", "/users/v1/health", Access::Open, health),
    route("GET", "/users/v1/me", Access::User, me),
    route("GET", "/users/v1/{id}", Access::User, user),
    route("PUT", "/users/v1/{id}", Access::User, update_user),
];

const fn route(
    method: &'static str,
    path: &'static str,
    access: Access,
    handler: fn(&Api, &Call<'_>) -> Result<Value, Refusal>,
) -> Route {
    Route {
        method,
        path,
        access,
        handler,
    }
}

/// A call that was let in.
struct Call<'a> {
    message: &'a Message,
    /// The segments of the path that stand where the row has braces.
    segments: Vec<&'a str>,
}

/// The sandbox's state.
pub(super) struct Api {
    gate: Gate,
    user: Mutex<Value>,
    log: Option<Log>,
}

impl Api {
    pub(super) fn new(keys: &Keys, log: Option<Log>) -> Self {
        Self {
            gate: Gate::new(keys),
            user: Mutex::new(somebody()),
            log,
        }
    }

    pub(super) fn answer(&self, message: &Message) -> Answer {
        match self.call(message) {
            Ok(value) => Answer::ok(&value),
            Err(refusal) => refusal.into(),
        }
    }

    fn call(&self, message: &Message) -> Result<Value, Refusal> {
        let path = message.path();
        let (route, segments) = ROUTES
            .iter()
            .filter(|route| route.method == message.method)
            .find_map(|route| Some((route, segments(route.path, path)?)))
            .ok_or_else(|| unknown("The sandbox has nothing at this method and path"))?;
        if route.access == Access::User {
            self.gate.admit(message)?;
        }
        (route.handler)(self, &Call { message, segments })
    }

    /// Logs an answer in one line.
    pub(super) fn log(&self, method: &str, path: &str, answer: &Answer) {
        let Some(log) = &self.log else { return };
        let mut line = format!("{method} {path} {}", answer.status);
        if let Some(problem) = &answer.problem {
            line.push(' ');
            line.push_str(problem);
        }
        log(&printable(&line));
    }

    fn user(&self) -> MutexGuard<'_, Value> {
        self.user.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Escapes what would move a terminal's cursor or begin a line of its own.
fn printable(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() {
            line.extend(character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// The segments of a path that stand at a pattern's braces. None where they do not match.
fn segments<'a>(pattern: &str, path: &'a str) -> Option<Vec<&'a str>> {
    let mut found = Vec::new();
    let mut segments = path.split('/');
    for expected in pattern.split('/') {
        let segment = segments.next()?;
        if expected.starts_with('{') {
            if segment.is_empty() {
                return None;
            }
            found.push(segment);
        } else if segment != expected {
            return None;
        }
    }
    segments.next().is_none().then_some(found)
}

fn unknown(message: &str) -> Refusal {
    Refusal::new(Code::ResourceUnknown, message)
}

fn health(_: &Api, _: &Call<'_>) -> Result<Value, Refusal> {
    Ok(json!({ "status": "ok" }))
}

fn me(api: &Api, _: &Call<'_>) -> Result<Value, Refusal> {
    Ok(api.user().clone())
}

fn user(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    let user = api.user();
    if call.segments.first().copied() != user["id"].as_str() {
        return Err(unknown("Requested resource is unknown"));
    }
    Ok(user.clone())
}

fn update_user(api: &Api, call: &Call<'_>) -> Result<Value, Refusal> {
    const FIELDS: [&str; 5] = [
        "first_name",
        "last_name",
        "language",
        "time_zone",
        "phone_number",
    ];
    user(api, call)?;
    let body: Value = serde_json::from_slice(&call.message.body)
        .map_err(|error| Refusal::new(Code::BodyFormat, format!("The body is no JSON: {error}")))?;
    let mut user = api.user();
    for name in FIELDS {
        if let Some(value) = body.get(name).filter(|value| value.is_string()) {
            user[name] = value.clone();
        }
    }
    user["update_timestamp"] = milliseconds().into();
    Ok(user.clone())
}

fn milliseconds() -> u64 {
    timestamp().unwrap_or_default().saturating_mul(1000)
}

/// The user whose token it is, with the names of the wire.
fn somebody() -> Value {
    let now = milliseconds();
    json!({
        "id": "5a0b1c2d3e4f5a6b7c8d9e0f",
        "first_name": "Sandy",
        "last_name": "Boxer",
        "language": "EN",
        "time_zone": "Europe/Brussels",
        "email": "sandy.boxer@example.com",
        "phone_number": "+3212345678",
        "activation": true,
        "patient_enlistments": [{
            "group_id": "5a0b1c2d3e4f5a6b7c8d9e10",
            "expired": false,
            "creation_timestamp": now,
        }],
        "roles": [{
            "id": "5a0b1c2d3e4f5a6b7c8d9e11",
            "name": "sandbox",
        }],
        "staff_enlistments": [{
            "group_id": "5a0b1c2d3e4f5a6b7c8d9e10",
            "roles": [],
        }],
        "last_failed_timestamp": 0,
        "failed_count": 0,
        "profile_image": null,
        "creation_timestamp": now,
        "update_timestamp": now,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_paths() {
        for (pattern, path, expected) in [
            ("/a/v1/me", "/a/v1/me", Some(Vec::new())),
            ("/a/v1/me", "/a/v1/me/", None),
            ("/a/v1/me", "/a/v1", None),
            ("/a/{id}", "/a/b", Some(Vec::from(["b"]))),
            ("/a/{id}", "/a/", None),
            ("/a/{id}", "/a/b/c", None),
            ("/a/{id}/c/{d}", "/a/b/c/%2F", Some(Vec::from(["b", "%2F"]))),
            ("/a/", "/a/", Some(Vec::new())),
            ("/a/", "/a", None),
        ] {
            assert_eq!(segments(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn log_lines_hold_no_control_character() {
        assert_eq!(
            printable("GET /\u{1b}[2J\r\n\u{9b}x"),
            "GET /\\u{1b}[2J\\r\\n\\u{9b}x"
        );
    }
}
