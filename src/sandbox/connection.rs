//! One connection: requests and answers, one behind another.

use alloc::{borrow::ToOwned, sync::Arc};
use core::time::Duration;
use std::net::{Shutdown, TcpStream};

use super::{
    answer::{Answer, Refusal},
    faults::Fault,
    http::{Body, Extent, Failure, Message, Reader, linger, write},
    routes::Api,
    server::{Doing, Place},
};

/// How long a client may wait until its next request.
const IDLE_TIME: Duration = Duration::from_secs(60);

/// Answers requests until the client goes, is done, or cannot be understood.
pub(super) fn serve(stream: &Arc<TcpStream>, place: &Place, api: &Api) {
    let _ = stream.set_nodelay(true);
    let mut reader = Reader::new(Arc::clone(stream));
    loop {
        place.set(Doing::Nothing);
        if !reader.begins_within(IDLE_TIME) {
            return;
        }
        place.set(Doing::Reading);
        let message = match Message::read(&mut reader) {
            Ok(message) => message,
            Err(Failure::Gone) => return,
            Err(Failure::Refused(refusal)) => {
                return refuse(stream, place, api, ("-", "-"), refusal);
            }
        };
        let body = match Body::new(&mut reader, &message, &api.memory) {
            Ok(body) => body,
            Err(refusal) => {
                let called = (message.method.as_str(), message.path());
                return refuse(stream, place, api, called, refusal);
            }
        };
        if !answer(stream, place, api, &message, body) {
            return;
        }
    }
}

/// Answers one request. False where the connection is to end.
fn answer(
    stream: &TcpStream,
    place: &Place,
    api: &Api,
    message: &Message,
    mut body: Body<'_>,
) -> bool {
    let fault = api.faults.next();
    let mut answer = match fault.and_then(Fault::answer) {
        Some(answer) => answer,
        None => api.answer(message, &mut body),
    };
    if body.is_gone() {
        return false;
    }
    let is_read = body.finish();
    drop(body);
    place.set(Doing::Answering);
    if !place.pause(api.latency) {
        return false;
    }
    let extent = match (message.method.as_str(), fault) {
        ("HEAD", _) => Extent::Head,
        (_, Some(Fault::HalfAnswer)) => Extent::Half,
        _ => Extent::Whole,
    };
    let breaks = matches!(fault, Some(Fault::NoAnswer | Fault::HalfAnswer));
    if breaks {
        answer.problem = Some("and the connection breaks, on purpose".to_owned());
    }
    // Logged first, so that the line is there when the client has its answer.
    api.log(&message.method, message.path(), &answer);
    if fault == Some(Fault::NoAnswer) {
        return false;
    }
    let keeps_alive = is_read && message.keeps_alive();
    let written = write(stream, &answer, extent, keeps_alive, api.clock.seconds());
    if written.is_err() || breaks {
        return false;
    }
    if !keeps_alive {
        end(stream, place, is_read);
    }
    keeps_alive
}

/// Answers what cannot be read, behind which there is no telling where another request begins.
fn refuse(
    stream: &TcpStream,
    place: &Place,
    api: &Api,
    (method, path): (&str, &str),
    refusal: Refusal,
) {
    let answer = Answer::from(refusal);
    place.set(Doing::Answering);
    api.log(method, path, &answer);
    let extent = match method {
        "HEAD" => Extent::Head,
        _ => Extent::Whole,
    };
    if write(stream, &answer, extent, false, api.clock.seconds()).is_ok() {
        end(stream, place, false);
    }
}

fn end(stream: &TcpStream, place: &Place, is_read: bool) {
    let _ = stream.shutdown(Shutdown::Write);
    if !is_read {
        place.set(Doing::Nothing);
        linger(stream);
    }
}
