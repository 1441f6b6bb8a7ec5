//! The page that shows requests as they arrive, and its data.
//!
//! Paths are relative to the page's address, `/_/` or `/_/KEY/`. All JSON is UTF-8; times are in milliseconds since
//! 1970.
//!
//! | request | response |
//! |---|---|
//! | `GET .` | the page, whose inline `<style>` and `<script>` the Content-Security-Policy allows by hash |
//! | `GET about` | what is served, see below |
//! | `GET events` | server-sent events, the last 500 requests first |
//! | `GET requests/ID` | one request in detail; 404 if it is no longer kept |
//! | `POST explain` | the diagnosis or the steps of a pasted request |
//!
//! `about`:
//!
//! ```json
//! {"mode": "api", "version": "0.1.0", "base_url": "http://localhost:3000", "consumer_key": "…", "token": "…"}
//! ```
//!
//! `mode` is `api` or `echo`. An event has the name `request`, its number as its id, and as its data a summary:
//!
//! ```json
//! {"id": 7, "time": 1795659246000, "method": "GET", "target": "/users/v1/?limit(5)", "status": 401,
//!  "verdict": "refused", "text": "The query was not signed. (query-left-out)"}
//! ```
//!
//! `verdict` is `accepted` (the signature is right, whatever the status), `refused` (the signature is missing, wrong or
//! unreadable) or `unchecked` (no signature was needed, or the request did not get that far). `text` is the verdict in
//! words.
//!
//! `requests/ID` is the summary with these fields added. Secrets are replaced by `•••` everywhere.
//!
//! ```json
//! {"url": "http://localhost:3000/users/v1/?limit(5)", "headers": [["Host", "localhost:3000"]], "form": null,
//!  "place": "header", "diagnosis": {}, "steps": null}
//! ```
//!
//! - `place` is where the protocol parameters are: `header`, `query`, `form`, or null if they were not found.
//! - `diagnosis` is what `exh-oauth1 explain --json` prints, or null if the request is not signed: `verdict`,
//!   `explanations` with `mistakes` (`sentence`, `fix`, `section`) and the wrong `base_string`, the right
//!   `base_string`, `parameters` with their `source`, `difference`, `ruled_out`, `check_next`.
//! - `steps` is what `explain --json` prints for a right signature, or null: only if the verdict is `accepted`.
//!
//! `explain` accepts `Content-Type: application/json`, up to 64 KiB, from the page's own origin only. The body is a
//! [`Question`](crate::page::Question); with `known_secrets`, the credentials of the sandbox are used.

mod detail;
mod history;

use std::{
    borrow::Cow,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::page::answer_json;

use super::{
    Error,
    gate::Policy,
    http::{Body, Message},
    keys::random,
    response::{Code, Content, ErrorResponse, Response},
    routes::Api,
};
pub(super) use history::{Events, Verdict};
use history::{History, Record};

/// The page, put together from its parts; web/build makes the stand-alone page from the same ones.
const HTML: &str = concat!(
    "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>exh-oauth1 sandbox</title>\n<style>",
    include_str!("style.css"),
    "</style>\n</head>\n<body>\n<header><h1>exh-oauth1 sandbox</h1><span class=\"address\"></span><nav aria-label=\"Views\"></nav></header>\n",
    "<main><noscript><p class=\"note\">This page needs JavaScript.</p></noscript></main>\n<script>",
    include_str!("explain.js"),
    include_str!("inspector.js"),
    "</script>\n</body>\n</html>\n"
);
/// Where the page is.
const ROOT: &str = "/_/";

/// The page, and the requests that it shows.
pub(super) struct Page {
    /// The path of the page, which ends in a slash.
    path: String,
    /// Whether only names of this machine are accepted as `Host`. Otherwise the path has a random key.
    is_local: bool,
    base_url: String,
    policy: String,
    history: History,
    /// One request is explained at a time, which bounds memory.
    turn: Mutex<()>,
}

impl Page {
    /// A page for this machine, or a page with a random key for the network.
    pub(super) fn new(is_local: bool, base_url: String) -> Result<Self, Error> {
        let path = match is_local {
            true => ROOT.to_string(),
            false => format!("{ROOT}{}/", random(16)?),
        };
        let (style, script) = (hashes("style"), hashes("script"));
        Ok(Self {
            path,
            is_local,
            base_url,
            policy: format!(
                "default-src 'none'; style-src{style}; script-src{script}; connect-src 'self'; \
                 base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
                 require-trusted-types-for 'script'"
            ),
            history: History::default(),
            turn: Mutex::default(),
        })
    }

    /// The path, with its key if it has one.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The response if the request is for the page.
    pub(super) fn respond(&self, api: &Api, message: &Message, body: &mut Body<'_>) -> Option<Response> {
        let path = message.path();
        let path = match path {
            "/_" if self.is_local => ".",
            _ => path.starts_with(ROOT).then_some(path)?,
        };
        let response = self.check(message).and_then(|()| {
            let path = path.strip_prefix(&self.path);
            match (message.method.as_str(), path) {
                ("GET" | "HEAD", Some("")) => Ok(self.html()),
                ("GET", Some("about")) => Ok(Response::ok(&self.about(api))),
                ("GET", Some("events")) => self.events(message),
                ("GET", Some(path)) if path.starts_with("requests/") => {
                    self.detail(api, path.split_at("requests/".len()).1)
                }
                ("POST", Some("explain")) => self.explain(api, message, body),
                _ => Err(not_found("The page has nothing at this method and path")),
            }
        });
        let mut response = response.unwrap_or_else(Response::from);
        response.headers = match response.media_type.starts_with("text/html") {
            true => format!("Content-Security-Policy: {}\r\n{HEADERS}", self.policy).into(),
            false => format!("Content-Security-Policy: default-src 'none'\r\n{HEADERS}").into(),
        };
        Some(response)
    }

    /// Rejects other hosts' names, which an attacker's name server may give this machine (DNS rebinding).
    fn check(&self, message: &Message) -> Result<(), ErrorResponse> {
        let host = message.single("Host")?.unwrap_or_default();
        if self.is_local && !(is_loopback(host) && message.target.starts_with('/')) {
            let message = "The page is served for localhost and loopback addresses only";
            return Err(ErrorResponse::new(Code::IllegalArgument, message).with_status(403));
        }
        Ok(())
    }

    fn html(&self) -> Response {
        let content = Content::Bytes(HTML.as_bytes().to_vec());
        Response::new("text/html; charset=utf-8", content)
    }

    fn about(&self, api: &Api) -> Value {
        let keys = api.keys();
        json!({
            "mode": match api.policy() {
                Policy::Api => "api",
                Policy::Any => "echo",
            },
            "version": env!("CARGO_PKG_VERSION"),
            "base_url": self.base_url,
            "consumer_key": keys.consumer_key,
            "token": keys.token,
        })
    }

    fn events(&self, message: &Message) -> Result<Response, ErrorResponse> {
        let last = message.single("Last-Event-ID")?;
        let last = last.and_then(|id| id.parse().ok()).unwrap_or_default();
        let events = self.history.events(last).ok_or_else(|| {
            let message = "Too many pages are open: close one of them";
            ErrorResponse::new(Code::IllegalState, message).with_status(503)
        })?;
        Ok(Response::new("text/event-stream", Content::Events(events)))
    }

    fn detail(&self, api: &Api, id: &str) -> Result<Response, ErrorResponse> {
        let record = id.parse().ok().and_then(|id| self.history.get(id));
        let record = record.ok_or_else(|| not_found("This request is no longer kept"))?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Response::ok(&detail::detail(api, &record)))
    }

    fn explain(&self, api: &Api, message: &Message, body: &mut Body<'_>) -> Result<Response, ErrorResponse> {
        let host = message.single("Host")?.unwrap_or_default();
        let origin = message.single("Origin")?.unwrap_or_default();
        if origin.strip_prefix("http://") != Some(host) {
            let message = "Only the page itself may ask for an explanation";
            return Err(ErrorResponse::new(Code::IllegalArgument, message).with_status(403));
        }
        let media_type = message.single("Content-Type")?.unwrap_or_default();
        if !media_type.starts_with("application/json") {
            let message = "The Content-Type is not application/json";
            return Err(ErrorResponse::new(Code::IllegalArgument, message).with_status(415));
        }
        let body = body.all()?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let question = String::from_utf8_lossy(&body);
        let response = answer_json(&question, Some(&api.secrets_of(Some(&api.keys().token))));
        Ok(Response::new("application/json", Content::Bytes(response.into_bytes())))
    }

    /// Keeps a request for the page.
    pub(super) fn record(&self, api: &Api, message: &Message, form: Option<&str>, response: &Response) {
        let text = |text: &str| api.mask().text(text).into_owned();
        let problem = response.explanation.as_ref().or(response.problem.as_ref());
        let problem = problem.map(|problem| text(problem));
        self.history.push(Record {
            id: 0,
            time: api.clock.milliseconds(),
            message: message.clone(),
            target: text(&message.target),
            form: form.map(Into::into),
            status: response.status,
            verdict: response.verdict,
            text: match (response.verdict, problem) {
                (_, Some(problem)) => problem,
                (Verdict::Accepted, None) => "The signature is right".into(),
                (_, None) => "No signature is needed".into(),
            },
        });
    }
}

/// Headers of every response of the page. The key in its address is not sent on.
const HEADERS: &str = "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\
    Referrer-Policy: no-referrer\r\nCross-Origin-Resource-Policy: same-origin\r\n\
    Cross-Origin-Opener-Policy: same-origin\r\n";

/// Whether a `Host` header names this machine.
fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next(),
        None => host.split(':').next(),
    };
    name.is_some_and(|name| {
        let is_address = name.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        is_address || name.eq_ignore_ascii_case("localhost")
    })
}

/// The hashes of the page's inline elements, for the Content-Security-Policy.
fn hashes(element: &str) -> String {
    let (begin, end) = (format!("<{element}>"), format!("</{element}>"));
    let contents: Vec<&str> =
        HTML.split(begin.as_str()).skip(1).filter_map(|rest| rest.split(end.as_str()).next()).collect();
    contents
        .iter()
        .map(|content| {
            let hash = STANDARD.encode(Sha256::digest(content));
            format!(" 'sha256-{hash}'")
        })
        .collect()
}

fn not_found(message: &'static str) -> ErrorResponse {
    ErrorResponse::new(Code::ResourceUnknown, Cow::Borrowed(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_loopback() {
        for (host, expected) in [
            ("localhost", true),
            ("LOCALHOST:80", true),
            ("127.0.0.1:3000", true),
            ("127.1.2.3", true),
            ("[::1]:3000", true),
            ("", false),
            ("localhost.example.com", false),
            ("127.0.0.1.example.com", false),
            ("[::2]", false),
            ("192.0.2.1", false),
        ] {
            assert_eq!(is_loopback(host), expected, "{host}");
        }
    }
}
