//! What the sandbox offers of the API: one row of a table for each call.

mod files;
mod tokens;
mod users;

use alloc::{format, string::String, sync::Arc, vec::Vec};
use core::time::Duration;

use serde_json::Value;

use super::{
    Keys, Log, Options,
    accounts::{Account, Accounts},
    answer::{Answer, Code, Refusal},
    budget::Budget,
    clock::Clock,
    faults::Faults,
    files::Files,
    gate::{Access, Gate, without_token},
    http::{Body, Message, form},
    rql::Query,
    tokens::{Token, Tokens},
    users::{Users, id},
};

/// Octets of memory for bodies, beyond what every connection has.
const MEMORY: u64 = 16 * 1024 * 1024;

struct Route {
    method: &'static str,
    /// Segments in braces stand for any one segment.
    path: &'static str,
    access: Access,
    handler: Handler,
}

/// What makes an answer.
#[derive(Clone, Copy)]
enum Handler {
    Value(fn(&Api, &Call<'_>) -> Result<Value, Refusal>),
    /// Reads the body while it comes.
    Upload(fn(&Api, &Call<'_>, &mut Body<'_>) -> Result<Value, Refusal>),
    Download(fn(&Api, &Call<'_>) -> Result<Answer, Refusal>),
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
    route("GET", "/users/v1", Access::User, users::list),
    route("GET", "/users/v1/", Access::User, users::list),
    route("GET", "/users/v1/patients", Access::User, users::patients),
    route("GET", "/users/v1/staff", Access::User, users::staff),
    route("GET", "/users/v1/{id}", Access::User, users::one),
    route("PUT", "/users/v1/{id}", Access::User, users::update),
    Route {
        method: "POST",
        path: "/files/v1/",
        access: Access::User,
        handler: Handler::Upload(files::create),
    },
    route("GET", "/files/v1/", Access::User, files::list),
    route(
        "GET",
        "/files/v1/{token}/details",
        Access::User,
        files::details,
    ),
    Route {
        method: "GET",
        path: "/files/v1/{token}/file",
        access: Access::User,
        handler: Handler::Download(files::download),
    },
    route("DELETE", "/files/v1/{token}", Access::User, files::remove),
    route(
        "POST",
        "/files/v1/{token}/tokens",
        Access::User,
        files::create_token,
    ),
    route(
        "DELETE",
        "/files/v1/{token}/tokens/{other}",
        Access::User,
        files::remove_token,
    ),
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
        handler: Handler::Value(handler),
    }
}

/// A call that was let in.
struct Call<'a> {
    message: &'a Message,
    /// The body, unless it is an upload.
    body: Vec<u8>,
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

    /// What a list is asked for.
    fn query(&self) -> Result<Query, Refusal> {
        Query::parse(self.message.query())
    }

    fn json(&self) -> Result<Value, Refusal> {
        if self.body.is_empty() {
            return Err(Refusal::new(Code::EmptyBody, "The request has no body"));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
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
    pub(super) clock: Clock,
    /// How long every answer waits.
    pub(super) latency: Duration,
    pub(super) faults: Faults,
    /// What bodies may take of memory beyond what every connection has.
    pub(super) memory: Arc<Budget>,
    gate: Gate,
    accounts: Accounts,
    tokens: Tokens,
    users: Users,
    files: Files,
    log: Option<Log>,
}

impl Api {
    /// The keys' token stands for the first user and is listed under `token_id`.
    pub(super) fn new(
        options: Options,
        keys: &Keys,
        token_id: String,
        accounts: Vec<Account>,
    ) -> Self {
        let clock = Clock::ahead(options.clock_offset);
        let now = clock.milliseconds();
        Self {
            clock,
            latency: options.latency,
            faults: Faults::new(options.fail_rate, options.seed),
            memory: Budget::new(MEMORY),
            gate: Gate::new(keys),
            accounts: Accounts::new(accounts),
            tokens: Tokens::new(keys, token_id, &id(0), now),
            users: Users::new(options.users, now),
            files: Files::new(),
            log: options.log,
        }
    }

    pub(super) fn answer(&self, message: &Message, body: &mut Body<'_>) -> Answer {
        self.call(message, body).unwrap_or_else(Answer::from)
    }

    fn call(&self, message: &Message, body: &mut Body<'_>) -> Result<Answer, Refusal> {
        let path = message.path();
        // Whose answer it is without the body (RFC 9110 §9.3.2).
        let method = match message.method.as_str() {
            "HEAD" => "GET",
            other => other,
        };
        let (route, segments) = ROUTES
            .iter()
            .filter(|route| route.method == method)
            .find_map(|route| Some((route, segments(route.path, path)?)))
            .ok_or_else(|| unknown("The sandbox has nothing at this method and path"))?;
        // A form is signed and so is read first; any other body is read for who is let in only.
        let signed = match route.access != Access::Open && message.has_form()? {
            true => Some(body.all()?),
            false => None,
        };
        let form = signed.as_deref().map(form).transpose()?;
        let token = self
            .gate
            .admit(message, form, route.access, &self.tokens, self.clock)?;
        let mut call = Call {
            message,
            body: signed.unwrap_or_default(),
            token,
            segments,
        };
        if call.body.is_empty() && !matches!(route.handler, Handler::Upload(_)) {
            call.body = body.all()?;
        }
        match route.handler {
            Handler::Value(handler) => handler(self, &call).map(|value| Answer::ok(&value)),
            Handler::Upload(handler) => handler(self, &call, body).map(|value| Answer::ok(&value)),
            Handler::Download(handler) => handler(self, &call),
        }
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
