//! What the sandbox serves of the API.
//!
//! | subject | file |
//! |---|---|
//! | methods and paths | `table.rs` |
//! | calls of each service | `files.rs`, `tokens.rs`, `users.rs` |
//! | multipart bodies | `multipart.rs` |

mod files;
mod multipart;
mod table;
mod tokens;
mod users;

use std::{sync::Arc, time::Duration};

use serde_json::Value;

use super::{
    Error, Keys, Log, Options,
    clock::Clock,
    echo::echo,
    faults::{Fault, Faults},
    gate::{Access, Caller, Gate, Policy, without_token},
    http::{Body, Message},
    keys::identifier,
    mask::Mask,
    page::{Page, Verdict},
    response::{Code, ErrorResponse, Response},
    rql::Query,
    store::{Account, Accounts, Files, Token, Tokens, Users, id},
};
use crate::explain::Secrets;
use table::Handler;

/// A call that was admitted.
struct Call<'a> {
    message: &'a Message,
    /// The body, unless it is an upload.
    body: Vec<u8>,
    /// The token that it was signed with.
    token: Option<Arc<Token>>,
    /// The segments of the path at the row's braces.
    segments: Vec<&'a str>,
}

impl Call<'_> {
    fn token(&self) -> Result<&Token, ErrorResponse> {
        self.token.as_deref().ok_or_else(without_token)
    }

    /// The first segment at the row's braces.
    fn segment(&self) -> Result<&str, ErrorResponse> {
        let segment = self.segments.first();
        segment.copied().ok_or_else(|| unknown("There is nothing at this path"))
    }

    /// The query of a list.
    fn query(&self) -> Result<Query, ErrorResponse> {
        Query::parse(self.message.query())
    }

    fn json(&self) -> Result<Value, ErrorResponse> {
        if self.body.is_empty() {
            let message = "The request has no body";
            return Err(ErrorResponse::new(Code::EmptyBody, message));
        }
        serde_json::from_slice(&self.body).map_err(|error| {
            let message = format!("The body is not JSON: {error}");
            ErrorResponse::new(Code::BodyFormat, message)
        })
    }
}

/// A field of a body that must be there and must be text.
fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, ErrorResponse> {
    let field = body.get(name).filter(|field| !field.is_null());
    let field = field
        .ok_or_else(|| ErrorResponse::new(Code::MissingRequiredFields, format!("The body has no field {name}")))?;
    field.as_str().ok_or_else(|| ErrorResponse::new(Code::FieldFormat, format!("The field {name} is not text")))
}

/// The sandbox's state.
pub(super) struct Api {
    pub(super) clock: Clock,
    /// The delay of every response.
    pub(super) latency: Duration,
    keys: Keys,
    faults: Faults,
    gate: Gate,
    mask: Mask,
    page: Option<Page>,
    accounts: Accounts,
    tokens: Tokens,
    users: Users,
    files: Files,
    log: Option<Log>,
}

impl Api {
    /// The token of the keys belongs to the first user.
    pub(super) fn new(
        options: Options,
        keys: &Keys,
        accounts: Vec<Account>,
        page: Option<Page>,
    ) -> Result<Self, Error> {
        let clock = Clock::ahead(options.clock_offset);
        let now = clock.milliseconds();
        let passwords = accounts.iter().map(|account| account.password.as_str());
        let factors = accounts.iter().flat_map(|account| &account.factors);
        let codes = factors.map(|factor| factor.code.as_str());
        let secrets = [keys.consumer_secret.as_str(), keys.token_secret.as_str()];
        Ok(Self {
            clock,
            latency: options.latency,
            keys: keys.clone(),
            faults: Faults::new(options.fail_rate, options.seed),
            gate: Gate::new(keys, &options),
            mask: Mask::new(secrets.into_iter().chain(passwords).chain(codes)),
            page,
            accounts: Accounts::new(accounts),
            tokens: Tokens::new(keys, identifier()?, &id(0), now),
            users: Users::new(options.users, now),
            files: Files::new(),
            log: options.log,
        })
    }

    pub(super) fn keys(&self) -> &Keys {
        &self.keys
    }

    pub(super) fn mask(&self) -> &Mask {
        &self.mask
    }

    pub(super) fn policy(&self) -> Policy {
        self.gate.policy()
    }

    /// The secrets with which a request with this token should be signed.
    pub(super) fn secrets_of(&self, token: Option<&str>) -> Secrets {
        let token = token.and_then(|token| self.tokens.find(token));
        self.gate.secrets(token.as_deref())
    }

    /// The response to a request, and how it fails on purpose.
    pub(super) fn respond(&self, message: &Message, body: &mut Body<'_>) -> (Response, Option<Fault>) {
        let page = self.page.as_ref();
        if let Some(response) = page.and_then(|page| page.respond(self, message, body)) {
            return (response, None);
        }
        let fault = self.faults.next();
        let mut form = None;
        let mut response = match fault.and_then(Fault::response) {
            Some(response) => response,
            None => self.call(message, body, &mut form),
        };
        if fault.is_some_and(|fault| !fault.has_response()) {
            response.problem = Some("and the connection breaks, on purpose".to_owned());
        }
        self.record(message, form.as_deref(), &response);
        (response, fault)
    }

    /// The response to a request that cannot be read.
    pub(super) fn reject(&self, message: &Message, error: ErrorResponse) -> Response {
        let response = Response::from(error);
        self.record(message, None, &response);
        response
    }

    fn call(&self, message: &Message, body: &mut Body<'_>, form: &mut Option<String>) -> Response {
        let mut verdict = Verdict::Unchecked;
        let called = match self.policy() {
            Policy::Api => self.serve(message, body, form, &mut verdict),
            Policy::Any => self.echo(message, body, form, &mut verdict),
        };
        Response { verdict, ..called.unwrap_or_else(Response::from) }
    }

    fn serve(
        &self,
        message: &Message,
        body: &mut Body<'_>,
        form: &mut Option<String>,
        verdict: &mut Verdict,
    ) -> Result<Response, ErrorResponse> {
        let (route, segments) = table::find(message).ok_or_else(table::not_served)?;
        let mut call = Call { message, body: Vec::new(), token: None, segments };
        if route.access != Access::Open {
            let caller = self.admit(message, body, form, route.access, verdict)?;
            call.token = caller.token;
        }
        let is_upload = matches!(route.handler, Handler::Upload(_));
        match form {
            Some(form) => call.body = form.as_bytes().to_vec(),
            // Only now: the bodies of other clients are not read.
            None if !is_upload => call.body = body.all()?,
            None => {}
        }
        match route.handler {
            Handler::Value(handler) => handler(self, &call).map(|value| Response::ok(&value)),
            Handler::Upload(handler) => handler(self, &call, body).map(|value| Response::ok(&value)),
            Handler::Download(handler) => handler(self, &call),
        }
    }

    fn echo(
        &self,
        message: &Message,
        body: &mut Body<'_>,
        form: &mut Option<String>,
        verdict: &mut Verdict,
    ) -> Result<Response, ErrorResponse> {
        let Caller { signed, token } = self.admit(message, body, form, Access::Client, verdict)?;
        let body = match form {
            Some(form) => form.as_bytes().to_vec(),
            None => body.all()?,
        };
        signed.check_body(&body).inspect_err(|_| *verdict = Verdict::Refused)?;
        let secrets = self.gate.secrets(token.as_deref());
        let value = echo(message, &signed, &body, &secrets, &self.mask);
        Ok(Response::ok(&value))
    }

    /// Checks the signature. A form is signed, so it is read first.
    fn admit(
        &self,
        message: &Message,
        body: &mut Body<'_>,
        form: &mut Option<String>,
        access: Access,
        verdict: &mut Verdict,
    ) -> Result<Caller, ErrorResponse> {
        if message.has_form()? {
            let text = String::from_utf8(body.all()?)
                .map_err(|_| ErrorResponse::new(Code::BodyFormat, "The form is not UTF-8 text"))?;
            *form = Some(text);
        }
        *verdict = Verdict::Refused;
        let (form, socket) = (form.as_deref(), body.socket());
        let caller = self.gate.admit(message, form, access, &self.tokens, self.clock, socket)?;
        *verdict = Verdict::Accepted;
        Ok(caller)
    }

    /// Logs a request in one line and keeps it for the page. This precedes the response, so that a client that has it
    /// finds the line.
    fn record(&self, message: &Message, form: Option<&str>, response: &Response) {
        if let Some(page) = &self.page {
            page.record(self, message, form, response);
        }
        let Some(log) = &self.log else { return };
        let line = match message.method.as_str() {
            "" => format!("- - {}", response.status),
            method => format!("{method} {} {}", message.path(), response.status),
        };
        match &response.problem {
            Some(problem) => log(&printable(&[&line, " ", problem].concat())),
            None => log(&printable(&line)),
        }
    }
}

/// Escapes control characters, which could move a terminal's cursor or begin a new line.
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

fn unknown(message: &str) -> ErrorResponse {
    ErrorResponse::new(Code::ResourceUnknown, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_lines_hold_no_control_character() {
        assert_eq!(printable("GET /\u{1b}[2J\r\n\u{9b}x"), "GET /\\u{1b}[2J\\r\\n\\u{9b}x");
    }
}
