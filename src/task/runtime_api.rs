//! AWS Lambda's runtime interface, version 2018-06-01: events are asked for over HTTP, and their results sent back.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use core::{fmt, time::Duration};
use std::{
    io,
    time::{SystemTime, UNIX_EPOCH},
};

use ureq::{
    Agent, Body,
    http::{Response, StatusCode, header::HeaderMap},
    unversioned::{resolver::DefaultResolver, transport::TcpConnector},
};

use super::Error;

/// The runtime interface of this process.
#[derive(Clone, Debug)]
pub(super) struct RuntimeApi {
    agent: Agent,
    base: String,
}

/// One event.
pub(super) struct Invocation {
    pub(super) request_id: String,
    pub(super) deadline: Option<SystemTime>,
    pub(super) trace_id: Option<String>,
    pub(super) function_arn: Option<String>,
    pub(super) event: Vec<u8>,
}

/// What came of a result that was sent.
pub(super) enum Sent {
    Taken,
    /// It is larger than is taken.
    TooLarge,
    /// It came too late, or twice; the next event may come all the same.
    Refused(StatusCode),
}

/// The runtime interface cannot be used any more, and the process has to end.
#[derive(Debug)]
pub(super) struct Lost {
    doing: &'static str,
    detail: String,
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { doing, detail } = self;
        write!(formatter, "{doing}: Lambda's runtime interface {detail}")
    }
}

impl RuntimeApi {
    /// The interface at `AWS_LAMBDA_RUNTIME_API`, which is a host and a port.
    pub(super) fn new(address: &str) -> Self {
        // It is on this machine, whatever proxy there is for others, and an event may be long in coming.
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("exh-oauth1/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            // ureq's usual connectors would bring its TLS along.
            agent: Agent::with_parts(config, TcpConnector::default(), DefaultResolver::default()),
            base: format!("http://{address}/2018-06-01/runtime"),
        }
    }

    /// Waits for the next event.
    pub(super) fn next(&self) -> Result<Invocation, Lost> {
        const DOING: &str = "waiting for an event";
        let url = format!("{}/invocation/next", self.base);
        let answer = self.agent.get(url).call();
        let answer = answer.map_err(|error| lost(DOING, error))?;
        if answer.status() != StatusCode::OK {
            return Err(refused(DOING, answer.status()));
        }
        let (head, body) = answer.into_parts();
        let headers = head.headers;
        let Some(request_id) = text(&headers, "lambda-runtime-aws-request-id") else {
            let detail = "gave an event without an identifier".to_owned();
            return Err(Lost {
                doing: DOING,
                detail,
            });
        };
        let deadline = text(&headers, "lambda-runtime-deadline-ms")
            .and_then(|text| text.parse().ok())
            .and_then(|since| UNIX_EPOCH.checked_add(Duration::from_millis(since)));
        Ok(Invocation {
            request_id,
            deadline,
            trace_id: text(&headers, "lambda-runtime-trace-id"),
            function_arn: text(&headers, "lambda-runtime-invoked-function-arn"),
            // Lambda itself bounds it.
            event: body
                .into_with_config()
                .limit(u64::MAX)
                .read_to_vec()
                .map_err(|error| lost("reading an event", error))?,
        })
    }

    /// Sends a result.
    pub(super) fn response(&self, request_id: &str, result: &[u8]) -> Result<Sent, Lost> {
        self.send(
            "sending a result",
            &format!("/invocation/{request_id}/response"),
            result,
            None,
        )
    }

    /// Reports that a task failed.
    pub(super) fn error(&self, request_id: &str, error: &Error) -> Result<Sent, Lost> {
        let path = format!("/invocation/{request_id}/error");
        let report = error.report();
        self.send("reporting an error", &path, report.as_bytes(), Some(error))
    }

    /// Reports that the process cannot take any event.
    pub(super) fn init_error(&self, error: &Error) -> Result<Sent, Lost> {
        let report = error.report();
        let path = "/init/error";
        self.send("reporting an error", path, report.as_bytes(), Some(error))
    }

    fn send(
        &self,
        doing: &'static str,
        path: &str,
        body: &[u8],
        error: Option<&Error>,
    ) -> Result<Sent, Lost> {
        let attempt = || {
            let mut request = self
                .agent
                .post(format!("{}{path}", self.base))
                .content_type("application/json");
            if let Some(error) = error {
                request = request.header("Lambda-Runtime-Function-Error-Type", error.name());
            }
            request.send(body)
        };
        // The identifier makes it safe to send twice.
        let answer = match attempt() {
            Err(ureq::Error::Io(error)) if error.kind() != io::ErrorKind::ConnectionRefused => {
                attempt()
            }
            result => result,
        };
        let answer: Response<Body> = answer.map_err(|error| lost(doing, error))?;
        // Read to its end, so that the connection can be used again.
        let status = answer.status();
        let _ = answer.into_body().read_to_vec();
        match status {
            _ if status.is_success() => Ok(Sent::Taken),
            StatusCode::PAYLOAD_TOO_LARGE => Ok(Sent::TooLarge),
            _ if status.is_client_error() => Ok(Sent::Refused(status)),
            _ => Err(refused(doing, status)),
        }
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn lost(doing: &'static str, error: ureq::Error) -> Lost {
    let detail = format!("cannot be reached: {error}");
    Lost { doing, detail }
}

fn refused(doing: &'static str, status: StatusCode) -> Lost {
    let detail = format!("answered {}", status.as_u16());
    Lost { doing, detail }
}
