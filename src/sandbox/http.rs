//! HTTP/1.1 (RFC 9112) as far as the sandbox needs it: one request, one answer, everything bounded.
//!
//! Our own rather than a server's library, which would have to bound head, body, time and connections all at once;
//! `httparse` reads the head.

use alloc::{borrow::ToOwned, format, string::String, vec, vec::Vec};
use core::{str, time::Duration};
use std::{
    io::{self, Read as _, Write as _},
    net::{Shutdown, TcpStream},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use super::answer::{Answer, Code, Refusal};

const HEAD_LIMIT: usize = 64 * 1024;
const HEADER_LIMIT: usize = 100;
const BODY_LIMIT: usize = 10 * 1024 * 1024;
const LINE_LIMIT: usize = 8 * 1024;
const HEAD_TIME: Duration = Duration::from_secs(10);
const BODY_TIME: Duration = Duration::from_secs(60);
const WRITE_TIME: Duration = Duration::from_secs(10);
const LINGER_TIME: Duration = Duration::from_secs(1);

/// A request as it was received.
pub(super) struct Message {
    pub(super) method: String,
    pub(super) target: String,
    headers: Vec<(String, Vec<u8>)>,
    pub(super) body: Vec<u8>,
}

impl Message {
    /// The value of a header that must not be there twice.
    pub(super) fn single(&self, name: &str) -> Result<Option<&str>, Refusal> {
        let mut values = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let value = values.next();
        if values.next().is_some() {
            return Err(illegal(format!("The header {name} is there twice")));
        }
        value
            .map(|(_, value)| {
                str::from_utf8(value)
                    .map_err(|_| illegal(format!("The header {name} is not UTF-8 text")))
            })
            .transpose()
    }

    /// The body if its media type is that of a form; parameters of the type, such as a charset, do not matter.
    pub(super) fn form(&self) -> Result<Option<&str>, Refusal> {
        let media_type = self.single("Content-Type")?.unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Ok(None);
        }
        str::from_utf8(&self.body)
            .map(Some)
            .map_err(|_| Refusal::new(Code::BodyFormat, "The form is not text"))
    }

    /// The path of the request target, as it was sent.
    pub(super) fn path(&self) -> &str {
        let origin = match self.target.strip_prefix("http://") {
            // A target in absolute form, as proxies are sent (RFC 9112 §3.2.2).
            Some(rest) => &rest[rest.find(['/', '?']).unwrap_or(rest.len())..],
            None => &self.target,
        };
        match origin.split('?').next() {
            Some("") | None => "/",
            Some(path) => path,
        }
    }

    /// The URL that the client called: what it signed.
    pub(super) fn url(&self) -> Result<String, Refusal> {
        // The fragment is never sent (RFC 3986 §3.5).
        if self.target.contains('#') {
            return Err(illegal("The request target has a fragment"));
        }
        if self.target.starts_with("http://") {
            return Ok(self.target.clone());
        }
        if !self.target.starts_with('/') {
            return Err(illegal(
                "The request target is neither a path nor an http:// URL",
            ));
        }
        // The client may have come by any name, and signed that.
        let host = self
            .single("Host")?
            .filter(|host| !host.is_empty() && !host.contains(['/', '?', '#', '@']))
            .ok_or_else(|| illegal("There is no header Host with a host and nothing else"))?;
        Ok(format!("http://{host}{}", self.target))
    }
}

fn illegal(message: impl Into<String>) -> Refusal {
    Refusal::new(Code::IllegalArgument, message)
}

/// Why there is no request.
pub(super) enum Failure {
    /// The client went away or took too long.
    Gone,
    /// It cannot be read; the method and target if that far was read.
    Refused(Refusal, Option<(String, String)>),
}

impl From<io::Error> for Failure {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal, None)
    }
}

/// Reads one request.
pub(super) fn read(stream: &TcpStream) -> Result<Message, Failure> {
    let mut reader = Reader {
        stream,
        buffer: Vec::new(),
        deadline: Instant::now() + HEAD_TIME,
    };
    let mut message = reader.head()?;
    reader.deadline = Instant::now() + BODY_TIME;
    match reader.body(&message) {
        Ok(body) => {
            message.body = body;
            Ok(message)
        }
        Err(Failure::Refused(refusal, _)) => Err(Failure::Refused(
            refusal,
            Some((message.method, message.target)),
        )),
        Err(gone) => Err(gone),
    }
}

struct Reader<'a> {
    stream: &'a TcpStream,
    /// What was received and not yet taken.
    buffer: Vec<u8>,
    deadline: Instant,
}

impl Reader<'_> {
    /// Waits for more, and returns the new octets.
    fn fill(&mut self) -> Result<&[u8], Failure> {
        let mut piece = [0; 16 * 1024];
        let left = self.deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Failure::Gone);
        }
        self.stream.set_read_timeout(Some(left))?;
        let received = self.stream.read(&mut piece)?;
        if received == 0 {
            return Err(Failure::Gone);
        }
        let start = self.buffer.len();
        self.buffer.extend_from_slice(&piece[..received]);
        Ok(&self.buffer[start..])
    }

    fn head(&mut self) -> Result<Message, Failure> {
        loop {
            // Parsing begins anew each time, so it waits for the end of a line.
            if self.fill()?.contains(&b'\n') {
                let mut headers = [httparse::EMPTY_HEADER; HEADER_LIMIT];
                let mut head = httparse::Request::new(&mut headers);
                let status = head
                    .parse(&self.buffer)
                    .map_err(|error| illegal(format!("This is no request of HTTP/1.1: {error}")))?;
                if let httparse::Status::Complete(length) = status {
                    let message = Message {
                        method: head.method.unwrap_or_default().to_owned(),
                        target: head.path.unwrap_or_default().to_owned(),
                        headers: head
                            .headers
                            .iter()
                            .map(|header| (header.name.to_owned(), header.value.to_owned()))
                            .collect(),
                        body: Vec::new(),
                    };
                    self.buffer.drain(..length);
                    return Ok(message);
                }
            }
            if self.buffer.len() > HEAD_LIMIT {
                return Err(illegal("The head of the request is too long")
                    .with_status(431)
                    .into());
            }
        }
    }

    fn body(&mut self, message: &Message) -> Result<Vec<u8>, Failure> {
        let length = message.single("Content-Length")?;
        let coding = message.single("Transfer-Encoding")?;
        let length = match (coding, length) {
            (None, None) => return Ok(Vec::new()),
            (None, Some(length)) => {
                // `parse` alone would take a sign.
                if length.is_empty() || !length.bytes().all(|octet| octet.is_ascii_digit()) {
                    return Err(illegal("Content-Length is no number").into());
                }
                Some(length.parse().unwrap_or(usize::MAX))
            }
            (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => None,
            (Some(_), None) => {
                return Err(illegal("Transfer-Encoding is not chunked")
                    .with_status(501)
                    .into());
            }
            // Two lengths let two readers see two requests (RFC 9112 §6.3).
            (Some(_), Some(_)) => {
                return Err(illegal("Content-Length and Transfer-Encoding are both there").into());
            }
        };
        if length.is_some_and(|length| length > BODY_LIMIT) {
            return Err(too_large().into());
        }
        let waits = message
            .single("Expect")?
            .is_some_and(|expected| expected.eq_ignore_ascii_case("100-continue"));
        if waits && self.buffer.len() < length.unwrap_or(1) {
            self.stream.set_write_timeout(Some(WRITE_TIME))?;
            self.stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        match length {
            Some(length) => self.take(length),
            None => self.chunks(),
        }
    }

    fn chunks(&mut self) -> Result<Vec<u8>, Failure> {
        let unreadable = || Refusal::new(Code::BodyFormat, "The chunks of the body are unreadable");
        let mut body = Vec::new();
        loop {
            let line = self.line()?;
            let Ok(httparse::Status::Complete((_, size))) = httparse::parse_chunk_size(&line)
            else {
                return Err(unreadable().into());
            };
            if size == 0 {
                break;
            }
            let size = usize::try_from(size)
                .ok()
                .filter(|size| *size <= BODY_LIMIT - body.len())
                .ok_or_else(too_large)?;
            body.extend(self.take(size)?);
            if self.take(2)? != b"\r\n" {
                return Err(unreadable().into());
            }
        }
        // The trailers end with an empty line.
        for _ in 0..HEADER_LIMIT {
            if self.line()? == b"\r\n" {
                return Ok(body);
            }
        }
        Err(unreadable().into())
    }

    fn take(&mut self, length: usize) -> Result<Vec<u8>, Failure> {
        while self.buffer.len() < length {
            self.fill()?;
        }
        let rest = self.buffer.split_off(length);
        Ok(core::mem::replace(&mut self.buffer, rest))
    }

    /// Takes a line with its end.
    fn line(&mut self) -> Result<Vec<u8>, Failure> {
        loop {
            if let Some(at) = self.buffer.iter().position(|octet| *octet == b'\n') {
                return self.take(at + 1);
            }
            if self.buffer.len() > LINE_LIMIT {
                return Err(Refusal::new(
                    Code::BodyFormat,
                    "A line between the chunks is too long",
                )
                .into());
            }
            self.fill()?;
        }
    }
}

fn too_large() -> Refusal {
    Refusal::new(Code::BodyFormat, "The body is larger than 10 MiB").with_status(413)
}

/// Writes an answer and ends the connection.
pub(super) fn write(mut stream: &TcpStream, answer: &Answer, with_body: bool) -> io::Result<()> {
    let mut text = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n",
        answer.status,
        reason(answer.status),
        answer.body.len()
    );
    if let Ok(elapsed) = SystemTime::now().duration_since(UNIX_EPOCH) {
        text.push_str(&format!("Date: {}\r\n", date(elapsed.as_secs())));
    }
    // A 401 names the scheme (RFC 9110 §11.6.1).
    if answer.status == 401 {
        text.push_str("WWW-Authenticate: OAuth\r\n");
    }
    text.push_str("\r\n");
    let mut octets = text.into_bytes();
    if with_body {
        octets.extend_from_slice(&answer.body);
    }
    stream.set_write_timeout(Some(WRITE_TIME))?;
    stream.write_all(&octets)?;
    stream.shutdown(Shutdown::Write)
}

/// Reads away what the client still sends, for a moment: closing on unread octets would take the answer from it.
pub(super) fn linger(mut stream: &TcpStream) {
    let deadline = Instant::now() + LINGER_TIME;
    let mut piece = vec![0; 64 * 1024];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() || stream.set_read_timeout(Some(left)).is_err() {
            return;
        }
        if !matches!(stream.read(&mut piece), Ok(1..)) {
            return;
        }
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        401 => "Unauthorized",
        404 => "Not Found",
        413 => "Content Too Large",
        431 => "Request Header Fields Too Large",
        501 => "Not Implemented",
        _ => "",
    }
}

/// Seconds since 1970 as HTTP writes a date (RFC 9110 §5.6.7).
fn date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let days = seconds / 86_400;
    let (mut year, mut day) = (1970, days);
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 0;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < length {
            break;
        }
        day -= length;
        month += 1;
    }
    format!(
        "{}, {:02} {} {year} {:02}:{:02}:{:02} GMT",
        DAYS[(days % 7) as usize],
        day + 1,
        MONTHS[month],
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_http() {
        for (seconds, expected) in [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            // RFC 9110 §5.6.7.
            (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
            (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
        ] {
            assert_eq!(date(seconds), expected);
        }
    }

    #[test]
    fn paths_are_taken_from_both_forms_of_a_target() {
        for (target, path) in [
            ("/users/v1/me?a=/b", "/users/v1/me"),
            ("http://h:1/users/v1/me?a", "/users/v1/me"),
            ("http://h", "/"),
            ("http://h?a/b", "/"),
            ("?", "/"),
            ("*", "*"),
        ] {
            let message = Message {
                method: String::new(),
                target: target.to_owned(),
                headers: Vec::new(),
                body: Vec::new(),
            };
            assert_eq!(message.path(), path, "{target}");
        }
    }
}
