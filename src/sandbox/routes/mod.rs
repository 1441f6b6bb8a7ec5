//! What the sandbox offers of the API: one row of a table for each call.

mod tokens;
mod users;

use alloc::{format, string::String, sync::Arc, vec::Vec};

use serde_json::Value;

use super::{
    Keys, Log,
    accounts::{Account, Accounts},
    answer::{Answer, Code, Refusal},
    clock::Clock,
    gate::{Access, Gate, without_token},
    http::Message,
    tokens::{Token, Tokens},
    users::{Users, id},
};

struct Route {
    method: &'static str,
    /// Segments in braces stand for any one segment.
    path: &'static str,
    access: Access,
    handler: fn(&Api, &Call<'_>) -> Result<Value, Refusal>,
}

/// The first row that matches counts.
const ROUTES: &[Route] = &[
    route(
        "POST",
        "/auth/v2/oauth1/tokens",
        Access::Client,
        tokens::create,
    ),
    route(
        "POST",
        "/auth/v2/oauth1/tokens/mfa",
        Access::Client,
        tokens::confirm,
    ),
    route("GET", "/auth/v2/oauth1/tokens", Access::User, tokens::list),
    route(
        "DELETE",
        "/auth/v2/oauth1/tokens/{id}",
        Access::User,
        tokens::remove,
    ),
    route("GET", "/users/v1/health", Access::Open, users::health),
    route("GET", "/users/v1/me", Access::User, users::me),
    route("GET", "/users/v1/{id}", Access::User, users::one),
    route("PUT", "/users/v1/{id}", Access::User, users::update),
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
    /// The token it was signed with.
    token: Option<Arc<Token>>,
    /// The segments of the path that stand where the row has braces.
    segments: Vec<&'a str>,
}

impl Call<'_> {
    fn token(&self) -> Result<&Token, Refusal> {
        self.token.as_deref().ok_or_else(without_token)
    }

    /// The first segment at the row's braces.
    fn segment(&self) -> Result<&str, Refusal> {
        let segment = self.segments.first();
        segment
            .copied()
            .ok_or_else(|| unknown("There is nothing at this path"))
    }

    fn json(&self) -> Result<Value, Refusal> {
        if self.message.body.is_empty() {
            return Err(Refusal::new(Code::EmptyBody, "The request has no body"));
        }
        serde_json::from_slice(&self.message.body).map_err(|error| {
            Refusal::new(Code::BodyFormat, format!("The body is no JSON: {error}"))
        })
    }
}

/// A field of a body that has to be there, and text.
fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, Refusal> {
    let field = body.get(name).filter(|field| !field.is_null());
    let field = field.ok_or_else(|| {
        Refusal::new(
            Code::MissingRequiredFields,
            format!("The body has no field {name}"),
        )
    })?;
    field
        .as_str()
        .ok_or_else(|| Refusal::new(Code::FieldFormat, format!("The field {name} is not text")))
}

/// The sandbox's state.
pub(super) struct Api {
    clock: Clock,
    gate: Gate,
    accounts: Accounts,
    tokens: Tokens,
    users: Users,
    log: Option<Log>,
}

impl Api {
    /// The keys' token stands for the first user and is listed under `token_id`.
    pub(super) fn new(
        keys: &Keys,
        token_id: String,
        accounts: Vec<Account>,
        log: Option<Log>,
    ) -> Self {
        let clock = Clock::default();
        let now = clock.milliseconds();
        Self {
            clock,
            gate: Gate::new(keys),
            accounts: Accounts::new(accounts),
            tokens: Tokens::new(keys, token_id, &id(0), now),
            users: Users::new(now),
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
        let call = Call {
            message,
            token: self
                .gate
                .admit(message, route.access, &self.tokens, self.clock)?,
            segments,
        };
        (route.handler)(self, &call)
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
