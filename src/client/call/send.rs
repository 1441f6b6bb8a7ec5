//! Sends a request, and retries it if that is safe and useful.

use std::{
    io::{self, Read, Write},
    sync::{Arc, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use ureq::{SendBody, http};
use zeroize::Zeroizing;

use super::{
    body::{CountingReader, ExactReader},
    download::Download,
    request::RequestBuilder,
    signing::Signed,
};
use crate::client::{
    agent::retry,
    outcome::{
        api_error::ApiError,
        attempt::{Attempt, Outcome},
        clock,
        error::Error,
        phase::Phase,
        response::Response,
    },
    transport::error,
};

/// The source of the body.
enum Upload<'a> {
    /// The request's own body, which can be read repeatedly.
    Own,
    /// A reader, which can be read once.
    Reader(&'a mut dyn Read, u64),
}

/// A response. If a stream was requested, its body is not read yet.
struct ReceivedResponse {
    response: Response,
    rest: Option<ureq::Body>,
}

/// The time limit of an attempt.
#[derive(Clone, Copy)]
struct TimeLimit {
    time: Duration,
    /// A file is sent, or the response is streamed. The idle timeout limits that part, and `time` each of the others.
    is_streamed: bool,
}

impl RequestBuilder {
    /// Signs and sends the request, and reads the response to its end.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] for a form that cannot be read, [`Error::Network`] and [`Error::TooLarge`] if no complete
    /// response came, [`Error::Redirect`] for 3xx, [`Error::Api`] for 4xx and 5xx, [`Error::Upload`] if a file cannot
    /// be read.
    pub fn send(self) -> Result<Response, Error> {
        Ok(self.exchange(Upload::Own, false)?.response)
    }

    /// Sends the request with a body of `length` bytes from a reader, which is not held in memory.
    ///
    /// It is not retried once the reader has been read from.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send); [`Error::Upload`] also if the reader ends early.
    pub fn upload(self, reader: &mut impl Read, length: u64) -> Result<Response, Error> {
        Ok(self.exchange(Upload::Reader(reader, length), false)?.response)
    }

    /// Sends the request, and returns a response of 2xx whose body is still to be read, of any size.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub fn open(self) -> Result<Download, Error> {
        let received = self.exchange(Upload::Own, true)?;
        Ok(Download::new(received.response, received.rest))
    }

    /// Sends the request, and writes the body of a response of 2xx to `writer` as it arrives, of any size.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), and [`Error::Download`] if it cannot be written. Bytes written before an error remain.
    pub fn download(self, writer: &mut impl Write) -> Result<Response, Error> {
        self.open()?.copy_to(writer)
    }

    fn exchange(&self, mut upload: Upload<'_>, wants_stream: bool) -> Result<ReceivedResponse, Error> {
        let limits = self.client.shared.limits;
        let policy = self.retry.unwrap_or(limits.retry);
        let mut deadline = self.timeout.unwrap_or(limits.whole);
        let mut is_streamed = wants_stream || self.body.is_streamed() || matches!(upload, Upload::Reader(..));
        let begun = Instant::now();
        if let Some(end) = self.client.deadline {
            // The deadline also ends a streamed response.
            deadline = deadline.min(end.saturating_duration_since(begun));
            is_streamed = false;
        }
        let shared_offset = &self.client.shared.clock_offset;
        let mut offset = shared_offset.load(Ordering::Relaxed);
        let mut waited = Duration::ZERO;
        let mut attempts = Vec::new();
        let (mut retries, mut was_corrected, mut was_stale) = (0, false, false);
        loop {
            let start = Instant::now();
            let left = deadline.saturating_sub(begun.elapsed());
            let time = if is_streamed { deadline } else { left };
            let limit = TimeLimit { time, is_streamed };
            let (result, is_used_up) = self.attempt(&mut upload, offset, limit, wants_stream, was_stale);
            attempts.push(Attempt { outcome: outcome(&result), waited, took: start.elapsed(), clock_offset: offset });
            // A stale connection does not show that the server is down: the next attempt uses a new one at once.
            if let Err(error) = &result
                && !was_stale
                && !is_used_up
                && retry::was_stale(&self.method, error)
            {
                (was_stale, waited) = (true, Duration::ZERO);
                continue;
            }
            let is_worth_it = match &result {
                Ok(received) => retry::is_worth_it_after(&self.method, received.response.status),
                Err(error) => retry::is_worth_it(&self.method, error),
            };
            if is_worth_it && retries < policy.times && !is_used_up {
                let received = result.as_ref().ok();
                let asked = received.and_then(|received| retry::retry_after(&received.response));
                let wait = policy.wait(retries).max(asked.unwrap_or_default());
                if wait < deadline.saturating_sub(begun.elapsed()) {
                    thread::sleep(wait);
                    (waited, retries) = (wait, retries + 1);
                    continue;
                }
            }
            let error = match result.and_then(|received| self.judge(received)) {
                Ok(mut received) => {
                    if was_corrected {
                        shared_offset.store(offset, Ordering::Relaxed);
                    }
                    received.response.attempts = attempts;
                    return Ok(received);
                }
                Err(error) => error,
            };
            if let Error::Api(rejection) = &error
                && !was_corrected
                && !is_used_up
                && let Some(correction) = self.correction(rejection, offset)
            {
                (offset, was_corrected, waited) = (correction, true, Duration::ZERO);
                continue;
            }
            return Err(with_attempts(error, attempts));
        }
    }

    /// Sends one request on the wire. Also returns whether it used up a body that cannot be read again.
    fn attempt(
        &self,
        upload: &mut Upload<'_>,
        offset: i64,
        limit: TimeLimit,
        wants_stream: bool,
        is_second: bool,
    ) -> (Result<ReceivedResponse, Error>, bool) {
        let length = match upload {
            Upload::Own => self.body.length(),
            Upload::Reader(_, length) => *length,
        };
        let signed = match self.message(length, offset) {
            Ok(signed) => signed,
            Err(error) => return (Err(error), false),
        };
        let (mut own, mut form);
        let (body, length): (&mut dyn Read, u64) = match (&signed.form, upload) {
            (Some(text), _) => {
                form = text.as_bytes();
                (&mut form, text.len() as u64)
            }
            (None, Upload::Own) => {
                own = self.body.open();
                (&mut own, length)
            }
            (None, Upload::Reader(reader, _)) => {
                let mut body = ExactReader { reader, left: length };
                let mut reader = CountingReader::new(&mut body, length);
                let result = self.run(&mut reader, length, &signed, limit, wants_stream, is_second);
                return (result, reader.is_begun);
            }
        };
        let mut reader = CountingReader::new(body, length);
        let result = self.run(&mut reader, length, &signed, limit, wants_stream, is_second);
        (result, false)
    }

    fn run(
        &self,
        body: &mut CountingReader<'_>,
        length: u64,
        signed: &Signed,
        limit: TimeLimit,
        wants_stream: bool,
        is_second: bool,
    ) -> Result<ReceivedResponse, Error> {
        let limits = self.client.shared.limits;
        let agent = &self.client.shared.agent;
        // For ureq, a timeout of zero means none.
        let least = Duration::from_millis(1);
        let time = limit.time.max(least);
        let connect = limits.connect.min(time).max(least);
        let scope = agent.configure_request(signed.message.clone());
        let scope = scope.max_idle_age(retry::max_idle(&self.method, is_second));
        let scope = scope.timeout_connect(Some(connect));
        let scope = if limit.is_streamed {
            scope
                .timeout_resolve(Some(connect))
                .timeout_send_request(Some(time))
                .timeout_recv_response(Some(time))
                .timeout_per_read(Some(limits.idle.max(least)))
                .timeout_per_write(Some(limits.idle.max(least)))
        } else {
            scope.timeout_global(Some(time))
        };
        let message = scope.build();
        self.client.shared.log.request(&signed.message);
        let received = if self.has_body(length) {
            agent.run(message.map(|()| SendBody::from_reader(body)))
        } else {
            agent.run(message)
        };
        match received {
            Ok(received) => {
                // ureq ends any other response.
                let end = limit.is_streamed.then(|| Instant::now().checked_add(time)).flatten();
                let mut received = self.read(received, wants_stream, end)?;
                if received.response.status == 401 {
                    received.response.base_string = self.base_string(signed);
                }
                Ok(received)
            }
            Err(error) => Err(match body.failure.take() {
                Some(failure) => Error::Upload(failure),
                None => {
                    let proxy = self.client.proxy();
                    let phase = if body.is_begun && body.left > 0 { Phase::Send } else { Phase::Response };
                    error::convert(error, &self.url, phase, proxy.as_deref())
                }
            }),
        }
    }

    fn read(
        &self,
        received: http::Response<ureq::Body>,
        wants_stream: bool,
        end: Option<Instant>,
    ) -> Result<ReceivedResponse, Error> {
        let (parts, body) = received.into_parts();
        self.client.shared.log.response(parts.status, &parts.headers);
        let mut response = Response {
            url: self.url.clone(),
            status: parts.status.as_u16(),
            headers: parts
                .headers
                .iter()
                .map(|(name, value)| (name.as_str().to_owned(), value.as_bytes().to_vec()))
                .collect(),
            ..Response::default()
        };
        if wants_stream && parts.status.is_success() {
            let rest = Some(body);
            return Ok(ReceivedResponse { response, rest });
        }
        let body = read_all(body, self.body_limit.unwrap_or(self.client.shared.limits.body), end)
            .map_err(|error| error::convert(error, &self.url, Phase::Body, None))?;
        response.body = Arc::new(body);
        Ok(ReceivedResponse { response, rest: None })
    }

    fn judge(&self, received: ReceivedResponse) -> Result<ReceivedResponse, Error> {
        match received.response.status {
            300..400 => Err(Error::Redirect(Box::new(received.response))),
            400.. => {
                let sources = self.client.configuration().sources();
                let error = ApiError::read(received.response, sources);
                Err(Error::Api(Box::new(error)))
            }
            _ => Ok(received),
        }
    }

    fn correction(&self, rejection: &ApiError, offset: i64) -> Option<i64> {
        let shared = &self.client.shared;
        let base_url = shared.configuration.base_url();
        // Unless plain HTTP is allowed, it only goes to this machine.
        let is_local = !base_url.allows_http() || (base_url.is_loopback() && shared.resolver.overrides.is_empty());
        let is_trusted = base_url.is_secure() || is_local;
        (is_trusted && self.client.shared.limits.follows_server_clock)
            .then(|| clock::correction(rejection, offset))
            .flatten()
    }
}

fn with_attempts(mut error: Error, attempts: Vec<Attempt>) -> Error {
    match &mut error {
        Error::Network(error) => error.attempts = attempts,
        Error::TooLarge { attempts: own, .. } => *own = attempts,
        Error::Redirect(response) => response.attempts = attempts,
        Error::Api(error) => error.response.attempts = attempts,
        _ => {}
    }
    error
}

/// Reads a body to its end, unless the time runs out or the limit is exceeded.
fn read_all(body: ureq::Body, limit: u64, end: Option<Instant>) -> Result<Vec<u8>, ureq::Error> {
    let length = body.content_length().unwrap_or_default();
    if length > limit {
        return Err(ureq::Error::BodyExceedsLimit(limit));
    }
    let mut reader = body.into_with_config().limit(limit).reader();
    let mut buffer = Zeroizing::new([0; 8 << 10]);
    // A small body may hold a secret, and a vector that grows leaves copies in memory.
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0).min(64 << 10));
    loop {
        match reader.read(&mut *buffer) {
            Ok(0) => return Ok(bytes),
            Ok(length) => {
                if bytes.capacity() - bytes.len() < length {
                    // Too little memory is an error, not the end of the program.
                    bytes
                        .try_reserve(bytes.len().max(length))
                        .map_err(|error| io::Error::new(io::ErrorKind::OutOfMemory, error))?;
                }
                bytes.extend_from_slice(&buffer[..length]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
        if end.is_some_and(|end| Instant::now() > end) {
            return Err(ureq::Error::Timeout(ureq::Timeout::RecvBody));
        }
    }
}

fn outcome(result: &Result<ReceivedResponse, Error>) -> Outcome {
    match result {
        Ok(received) => Outcome::Status(received.response.status),
        Err(Error::Network(error)) => Outcome::Network(error.phase(), error.kind()),
        Err(Error::TooLarge { .. }) => Outcome::TooLarge,
        Err(_) => Outcome::Failed,
    }
}
