//! A response, as it is sent.

use std::{
    io::{self, Read as _, Write as _},
    time::{Duration, UNIX_EPOCH},
};

use http::StatusCode;

use super::stream::Stream;
use crate::sandbox::response::{Content, Response};

/// For a response, or for one event. Progress adds to it.
const TIME: Duration = Duration::from_secs(10);

/// Writes a response with at most this many bytes of its body; `now` is in seconds since 1970.
pub(super) fn write(
    stream: &mut Stream,
    response: Response,
    length: u64,
    keeps_alive: bool,
    now: u64,
) -> io::Result<()> {
    stream.allow(TIME);
    let mut bytes = headers(&response, keeps_alive, now).into_bytes();
    match response.content {
        Content::Bytes(body) => {
            body.as_slice().take(length).read_to_end(&mut bytes)?;
            stream.write_all(&bytes)
        }
        Content::File(file) => {
            stream.write_all(&bytes)?;
            io::copy(&mut file.content().take(length), stream).map(drop)
        }
        Content::Events(mut events) => {
            stream.write_all(&bytes)?;
            while length > 0 && !stream.connections.are_ending() {
                let event = events.next();
                stream.allow(TIME);
                stream.write_all(event.as_bytes())?;
            }
            Ok(())
        }
    }
}

fn headers(response: &Response, keeps_alive: bool, now: u64) -> String {
    let status = StatusCode::from_u16(response.status).unwrap_or_default();
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now));
    let mut text =
        format!("HTTP/1.1 {status}\r\nContent-Type: {}\r\nDate: {date}\r\n{}", response.media_type, response.headers);
    if let Some(length) = response.content.length() {
        text.push_str(&format!("Content-Length: {length}\r\n"));
    }
    if !keeps_alive {
        text.push_str("Connection: close\r\n");
    }
    match response.status {
        401 => text.push_str("WWW-Authenticate: OAuth\r\n"), // RFC 9110 §11.6.1
        429 | 503 => text.push_str("Retry-After: 1\r\n"),
        _ => {}
    }
    text.push_str("\r\n");
    text
}
