//! AWS Lambda's runtime API, version 2018-06-01: fetches events over HTTP and sends their results.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>

use std::{
    fmt, io,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use ureq::{
    Agent, Body,
    http::{Response, StatusCode, header::HeaderMap},
    unversioned::{resolver::DefaultResolver, transport::TcpConnector},
};

use super::Error;

/// How long sending a result or a report may take, so that a half-open connection cannot block the process.
const SEND_TIMEOUT: Duration = Duration::from_secs(5);

/// A client of the runtime API.
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

/// How Lambda responded to a result or report.
pub(super) enum SendOutcome {
    Accepted,
    /// It is larger than Lambda accepts.
    TooLarge,
    /// It came too late, or twice. The next event can still come.
    Rejected(StatusCode),
}

/// The runtime API cannot be used any more. The process must end.
#[derive(Debug)]
pub(super) struct RuntimeApiError {
    doing: &'static str,
    detail: String,
}

impl fmt::Display for RuntimeApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { doing, detail } = self;
        write!(formatter, "{doing}: Lambda's runtime API {detail}")
    }
}

impl RuntimeApi {
    /// A client for the address in `AWS_LAMBDA_RUNTIME_API`: host and port.
    pub(super) fn new(address: &str) -> Self {
        // The runtime API is on this machine, so proxies do not apply. There is no timeout, because the next event may
        // take hours.
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("exh-oauth1/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            // The default connectors include TLS, which is not needed here.
            agent: Agent::with_parts(config, TcpConnector::default(), DefaultResolver::default()),
            base: format!("http://{address}/2018-06-01/runtime"),
        }
    }

    /// Waits for the next event. `None` is an event that cannot be handled, because its result could not be sent.
    pub(super) fn next(&self) -> Result<Option<Invocation>, RuntimeApiError> {
        const DOING: &str = "waiting for an event";
        let url = format!("{}/invocation/next", self.base);
        let response = self.agent.get(url).call();
        let response = response.map_err(|error| lost(DOING, error))?;
        if response.status() != StatusCode::OK {
            return Err(rejected(DOING, response.status()));
        }
        let (parts, body) = response.into_parts();
        let headers = parts.headers;
        let Some(request_id) = text(&headers, "lambda-runtime-aws-request-id") else {
            let detail = "sent an event without a request id".to_owned();
            return Err(RuntimeApiError { doing: DOING, detail });
        };
        // The request id becomes part of a URL. Lambda sends a UUID.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
        if request_id.is_empty() || !request_id.bytes().all(is_plain) {
            log::error!("skipped an event with the invalid request id {request_id:?}");
            return Ok(None);
        }
        let deadline = text(&headers, "lambda-runtime-deadline-ms")
            .and_then(|text| text.parse().ok())
            .and_then(|since| UNIX_EPOCH.checked_add(Duration::from_millis(since)));
        Ok(Some(Invocation {
            request_id,
            deadline,
            trace_id: text(&headers, "lambda-runtime-trace-id"),
            function_arn: text(&headers, "lambda-runtime-invoked-function-arn"),
            // Lambda limits the size itself.
            event: body
                .into_with_config()
                .limit(u64::MAX)
                .read_to_vec()
                .map_err(|error| lost("reading an event", error))?,
        }))
    }

    /// Sends a result.
    pub(super) fn response(&self, request_id: &str, result: &[u8]) -> Result<SendOutcome, RuntimeApiError> {
        self.send("sending a result", &format!("/invocation/{request_id}/response"), result, None)
    }

    /// Reports that a task failed.
    pub(super) fn error(&self, request_id: &str, error: &Error) -> Result<SendOutcome, RuntimeApiError> {
        let path = format!("/invocation/{request_id}/error");
        let report = error.report();
        self.send("reporting an error", &path, report.as_bytes(), Some(error))
    }

    /// Reports that the process cannot handle any event.
    pub(super) fn init_error(&self, error: &Error) -> Result<SendOutcome, RuntimeApiError> {
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
    ) -> Result<SendOutcome, RuntimeApiError> {
        let attempt = || {
            let mut request = self
                .agent
                .post(format!("{}{path}", self.base))
                .config()
                .timeout_global(Some(SEND_TIMEOUT))
                .build()
                .content_type("application/json");
            if let Some(error) = error {
                request = request.header("Lambda-Runtime-Function-Error-Type", error.name());
            }
            request.send(body)
        };
        // Sending twice is safe, because the request id tells Lambda which event it is for.
        let response = match attempt() {
            Err(ureq::Error::Io(error)) if error.kind() != io::ErrorKind::ConnectionRefused => attempt(),
            result => result,
        };
        let response: Response<Body> = response.map_err(|error| lost(doing, error))?;
        // Read to the end, so that the connection can be reused.
        let status = response.status();
        let _ = response.into_body().read_to_vec();
        match status {
            _ if status.is_success() => Ok(SendOutcome::Accepted),
            StatusCode::PAYLOAD_TOO_LARGE => Ok(SendOutcome::TooLarge),
            _ if status.is_client_error() => Ok(SendOutcome::Rejected(status)),
            _ => Err(rejected(doing, status)),
        }
    }
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(headers.get(name)?.to_str().ok()?.to_owned())
}

fn lost(doing: &'static str, error: ureq::Error) -> RuntimeApiError {
    let detail = format!("cannot be reached: {error}");
    RuntimeApiError { doing, detail }
}

fn rejected(doing: &'static str, status: StatusCode) -> RuntimeApiError {
    let detail = format!("responded with {}", status.as_u16());
    RuntimeApiError { doing, detail }
}
