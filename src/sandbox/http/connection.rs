//! One connection: its requests and responses, one after the other.

use core::time::Duration;
use std::{
    io::{self, BufRead as _, BufReader, Read as _},
    net::Shutdown,
};

use super::{Body, Message, Reader, stream::Stream, writer::write};
use crate::sandbox::{faults::Fault, response::Content, routes::Api};

/// How long a client may wait before it sends its next request.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// For the request line and the headers.
const HEADERS_TIME: Duration = Duration::from_secs(10);
/// For a body. Progress adds to it.
const BODY_TIME: Duration = Duration::from_secs(60);
/// For reading the rest of a request that was rejected early.
const LINGER_TIME: Duration = Duration::from_secs(2);

/// Responds to requests until the client closes the connection, or a request cannot be read.
pub(super) fn serve(stream: Stream, api: &Api) {
    let mut reader = BufReader::new(stream);
    loop {
        reader.get_mut().allow(IDLE_TIME);
        let is_there = reader.fill_buf().is_ok_and(|bytes| !bytes.is_empty());
        if !is_there || !exchange(&mut reader, api).unwrap_or(false) {
            return;
        }
    }
}

/// Reads a request and responds. False if the connection ends; an error if the client is gone.
fn exchange(reader: &mut Reader, api: &Api) -> io::Result<bool> {
    reader.get_mut().allow(HEADERS_TIME);
    let (message, error) = match Message::read(reader)? {
        Ok(message) => (message, None),
        Err(error) => (Message::default(), Some(error)),
    };
    reader.get_mut().allow(BODY_TIME);
    let (response, fault, is_read) = match error.map_or_else(|| Body::new(reader, &message), Err) {
        Ok(mut body) => {
            let (response, fault) = api.respond(&message, &mut body);
            (response, fault, body.finish())
        }
        // It is unknown where the next request begins.
        Err(error) => (api.reject(&message, error), None, false),
    };
    let stream = reader.get_mut();
    if !stream.room.pause(api.latency) || fault == Some(Fault::NoResponse) {
        return Ok(false);
    }
    let length = match (message.method.as_str(), fault) {
        ("HEAD", _) => 0,
        (_, Some(Fault::HalfResponse)) => response.content.length().unwrap_or_default() / 2,
        _ => u64::MAX,
    };
    if matches!(response.content, Content::Events(_)) {
        stream.hold();
    }
    let may_stay = fault.is_none_or(Fault::has_response) && !stream.room.is_full();
    let keeps_alive = is_read && may_stay && message.keeps_alive();
    write(stream, response, length, keeps_alive, api.clock.seconds())?;
    if !keeps_alive {
        close(reader, is_read);
    }
    Ok(keeps_alive)
}

/// Ends the connection. Reads what the client still sends for a moment: closing a socket with unread bytes discards the response.
fn close(reader: &mut Reader, is_read: bool) {
    let _ = reader.get_ref().socket().shutdown(Shutdown::Write);
    if !is_read {
        reader.get_mut().allow(LINGER_TIME);
        let _ = io::copy(&mut reader.take(1 << 28), &mut io::sink());
    }
}
