//! The answer, as it is sent.

use alloc::{format, string::String, vec, vec::Vec};
use core::time::Duration;
use std::{
    io::{self, ErrorKind, Read as _, Write as _},
    net::TcpStream,
    time::{Instant, UNIX_EPOCH},
};

use super::super::answer::{Answer, Content};

/// An answer has so much time, and a second for each so many octets.
pub(super) const TIME: Duration = Duration::from_secs(10);
const OCTETS_PER_SECOND: u64 = 64 * 1024;
const PIECE: usize = 64 * 1024;
const LINGER_TIME: Duration = Duration::from_secs(2);

/// How much of an answer is sent.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(in crate::sandbox) enum Extent {
    Whole,
    /// To a request with `HEAD`.
    Head,
    /// As when a connection breaks.
    Half,
}

/// Writes an answer; `now` is in seconds since 1970.
pub(in crate::sandbox) fn write(
    mut stream: &TcpStream,
    answer: &Answer,
    extent: Extent,
    keeps_alive: bool,
    now: u64,
) -> io::Result<()> {
    let length = answer.content.length();
    let deadline = Instant::now() + TIME + Duration::from_secs(length / OCTETS_PER_SECOND);
    let mut octets = head(answer, length, keeps_alive, now).into_bytes();
    let length = match extent {
        Extent::Whole => length,
        Extent::Half => length / 2,
        Extent::Head => 0,
    };
    match &answer.content {
        Content::Octets(body) => {
            let length = usize::try_from(length).unwrap_or(body.len());
            octets.extend_from_slice(&body[..length]);
            send(stream, &octets, deadline)?;
        }
        Content::File(file) => {
            send(stream, &octets, deadline)?;
            octets = vec![0; PIECE];
            let mut sent = 0;
            while sent < length {
                let piece = usize::try_from(length - sent).map_or(PIECE, |left| left.min(PIECE));
                let piece = &mut octets[..piece];
                file.read(sent, piece)?;
                send(stream, piece, deadline)?;
                sent += piece.len() as u64;
            }
        }
    }
    stream.flush()
}

fn head(answer: &Answer, length: u64, keeps_alive: bool, now: u64) -> String {
    let date = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(now));
    let mut text = format!(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {length}\r\nDate: {date}\r\n",
        answer.status,
        reason(answer.status),
        answer.media_type,
    );
    if !keeps_alive {
        text.push_str("Connection: close\r\n");
    }
    match answer.status {
        // It names the scheme (RFC 9110 §11.6.1).
        401 => text.push_str("WWW-Authenticate: OAuth\r\n"),
        429 | 503 => text.push_str("Retry-After: 1\r\n"),
        _ => {}
    }
    text.push_str("\r\n");
    text
}

fn send(mut stream: &TcpStream, mut octets: &[u8], deadline: Instant) -> io::Result<()> {
    while !octets.is_empty() {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(ErrorKind::TimedOut.into());
        }
        stream.set_write_timeout(Some(left))?;
        match stream.write(octets) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(written) => octets = octets.get(written..).unwrap_or_default(),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Reads away what the client still sends, for a moment: closing on unread octets would take the answer from it.
pub(in crate::sandbox) fn linger(mut stream: &TcpStream) {
    let deadline = Instant::now() + LINGER_TIME;
    let mut piece: Vec<u8> = vec![0; PIECE];
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
        403 => "Forbidden",
        404 => "Not Found",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        507 => "Insufficient Storage",
        _ => "",
    }
}
