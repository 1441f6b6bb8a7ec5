//! One connection: its requests and responses, one after the other.

use std::{
    io::{self, BufRead as _, BufReader},
    net::Shutdown,
    thread,
    time::{Duration, Instant},
};

use super::{Body, Message, Reader, stream, writer::write};
use crate::sandbox::{faults::Fault, routes::Api};

/// How long a client may wait before it sends its next request.
const IDLE_TIME: Duration = Duration::from_secs(60);
/// For the request line and the headers.
const HEADERS_TIME: Duration = Duration::from_secs(10);
/// For a body. Progress adds to it.
const BODY_TIME: Duration = Duration::from_secs(60);

/// Responds to requests until the client closes the connection, or a request cannot be read.
pub(super) fn serve(stream: stream::Stream, api: &Api) {
    let mut reader = BufReader::new(stream);
    loop {
        reader.get_mut().allow(IDLE_TIME);
        let has_bytes = reader.fill_buf().is_ok_and(|bytes| !bytes.is_empty());
        if !has_bytes || !exchange(&mut reader, api).unwrap_or(false) {
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
    let begun = Instant::now();
    while let Some(left) = api.latency.checked_sub(begun.elapsed())
        && !reader.get_ref().connections.are_ending()
    {
        thread::sleep(left.min(stream::PATIENCE));
    }
    if fault == Some(Fault::NoResponse) {
        return Ok(false);
    }
    let length = match (message.method.as_str(), fault) {
        ("HEAD", _) => 0,
        (_, Some(Fault::HalfResponse)) => response.content.length().unwrap_or_default() / 2,
        _ => u64::MAX,
    };
    let stream = reader.get_mut();
    let has_end = fault.is_none_or(Fault::has_response) && response.content.length().is_some();
    let keeps_alive = has_end && is_read && message.keeps_alive() && !stream.connections.are_many();
    write(stream, response, length, keeps_alive, api.clock.seconds())?;
    if !keeps_alive {
        // Closing a socket with unread bytes discards the response, so that what the client still sends is read.
        let _ = stream.socket.shutdown(Shutdown::Write);
        stream.allow(Duration::from_secs(2));
        let _ = io::copy(reader, &mut io::sink());
    }
    Ok(keeps_alive)
}
