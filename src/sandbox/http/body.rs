//! The body of a request, read piece by piece (RFC 9112 §6, §7).

use alloc::{format, sync::Arc, vec::Vec};
use core::time::Duration;
use std::{io::Write as _, time::Instant};

use super::{
    super::{
        answer::{Code, Refusal},
        budget::{Budget, Share},
    },
    Message, Reader, illegal,
    message::HEADER_LIMIT,
    reader::Gone,
    writer,
};

/// What a body in memory may have: no call of the sandbox takes more.
const LIMIT: usize = 1024 * 1024;
/// What each connection may have in memory without asking; it takes its share of the budget for more.
const FREE: usize = 64 * 1024;
const LINE_LIMIT: usize = 8 * 1024;
/// A body has so much time, and a second for each so many octets.
const TIME: Duration = Duration::from_secs(60);
const OCTETS_PER_SECOND: u64 = 64 * 1024;
/// What is read away for the sake of the next request on the connection, and for how long.
const REST: usize = 64 * 1024;
const REST_TIME: Duration = Duration::from_secs(1);

/// A body that is being read.
pub(in crate::sandbox) struct Body<'a> {
    reader: &'a mut Reader,
    framing: Framing,
    /// The client waits for `100 Continue`.
    is_awaited: bool,
    begun: Instant,
    time: Duration,
    taken: u64,
    /// The client went away or took too long: there is nobody to answer.
    is_gone: bool,
    /// What is held in memory.
    share: Share,
}

#[derive(Clone, Copy, PartialEq)]
enum Framing {
    /// So many octets are to come.
    Length(u64),
    /// So many octets of a chunk are to come, and then more chunks.
    Chunk(u64),
    Ended,
}

impl<'a> Body<'a> {
    /// The body behind a head.
    pub(in crate::sandbox) fn new(
        reader: &'a mut Reader,
        message: &Message,
        memory: &Arc<Budget>,
    ) -> Result<Self, Refusal> {
        let length = message.single("Content-Length")?;
        let coding = message.single("Transfer-Encoding")?;
        let framing = match (coding, length) {
            (None, None) => Framing::Ended,
            (None, Some(length)) => {
                // `parse` alone would take a sign.
                if length.is_empty() || !length.bytes().all(|octet| octet.is_ascii_digit()) {
                    return Err(illegal("Content-Length is no number"));
                }
                Framing::Length(length.parse().unwrap_or(u64::MAX))
            }
            (Some(coding), None) if coding.eq_ignore_ascii_case("chunked") => Framing::Chunk(0),
            (Some(_), None) => {
                return Err(illegal("Transfer-Encoding is not chunked").with_status(501));
            }
            // Two lengths let two readers see two requests (RFC 9112 §6.3).
            (Some(_), Some(_)) => {
                return Err(illegal(
                    "Content-Length and Transfer-Encoding are both there",
                ));
            }
        };
        Ok(Self {
            reader,
            framing,
            is_awaited: message.expects_continue()?,
            begun: Instant::now(),
            time: TIME,
            taken: 0,
            is_gone: false,
            share: Share::of(memory),
        })
    }

    /// The octets that are to come at the least.
    pub(in crate::sandbox) fn at_least(&self) -> u64 {
        match self.framing {
            Framing::Length(left) | Framing::Chunk(left) => left,
            Framing::Ended => 0,
        }
    }

    /// Whether the client went away or took too long.
    pub(in crate::sandbox) fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// The whole body, where it is not too large for memory.
    pub(in crate::sandbox) fn all(&mut self) -> Result<Vec<u8>, Refusal> {
        let mut octets = Vec::new();
        loop {
            if self.at_least() > LIMIT.saturating_sub(octets.len()) as u64 {
                return Err(too_large());
            }
            let before = octets.len();
            if !self.more(&mut octets)? {
                return Ok(octets);
            }
            let beyond = octets.len().saturating_sub(before.max(FREE)) as u64;
            if !self.share.grow(beyond) {
                let message = "Too many large bodies at a time: try again when others are through";
                return Err(Refusal::new(Code::Server, message).with_status(503));
            }
        }
    }

    /// Adds what came next, or waits for it; nothing where a chunk begins. False at the end.
    pub(in crate::sandbox) fn more(&mut self, octets: &mut Vec<u8>) -> Result<bool, Refusal> {
        loop {
            match self.framing {
                Framing::Ended => return Ok(false),
                Framing::Length(0) => self.framing = Framing::Ended,
                Framing::Length(left) => {
                    let left = left - self.piece(left, octets)?;
                    self.framing = Framing::Length(left);
                    return Ok(true);
                }
                Framing::Chunk(0) => {
                    self.begin_chunk()?;
                    return Ok(true);
                }
                Framing::Chunk(left) => {
                    let left = left - self.piece(left, octets)?;
                    if left == 0 {
                        self.end_chunk()?;
                    }
                    self.framing = Framing::Chunk(left);
                    return Ok(true);
                }
            }
        }
    }

    /// Reads away what is left, where that is little. False where the next request cannot be told from the rest of this one.
    pub(in crate::sandbox) fn finish(&mut self) -> bool {
        if self.is_gone {
            return false;
        }
        let waits = self.is_awaited && self.framing != Framing::Ended;
        if waits || self.at_least() > REST as u64 {
            return false;
        }
        (self.begun, self.time, self.taken) = (Instant::now(), REST_TIME, 0);
        let mut rest = Vec::new();
        while rest.len() <= REST {
            match self.more(&mut rest) {
                Ok(true) => {}
                Ok(false) => return true,
                Err(_) => return false,
            }
        }
        false
    }

    fn begin_chunk(&mut self) -> Result<(), Refusal> {
        let line = self.line()?;
        let Ok(httparse::Status::Complete((_, size))) = httparse::parse_chunk_size(&line) else {
            return Err(unreadable());
        };
        self.framing = Framing::Chunk(size);
        if size > 0 {
            return Ok(());
        }
        // The trailers end with an empty line.
        for _ in 0..HEADER_LIMIT {
            if self.line()? == b"\r\n" {
                self.framing = Framing::Ended;
                return Ok(());
            }
        }
        Err(unreadable())
    }

    fn end_chunk(&mut self) -> Result<(), Refusal> {
        while self.reader.buffered().len() < 2 {
            self.fill()?;
        }
        if !self.reader.buffered().starts_with(b"\r\n") {
            return Err(unreadable());
        }
        self.reader.consume(2);
        Ok(())
    }

    /// Adds what there is, up to a length, and returns how much that was.
    fn piece(&mut self, left: u64, octets: &mut Vec<u8>) -> Result<u64, Refusal> {
        if self.reader.buffered().is_empty() {
            self.fill()?;
        }
        let buffered = self.reader.buffered();
        let length = usize::try_from(left).unwrap_or(usize::MAX);
        let piece = &buffered[..length.min(buffered.len())];
        octets.extend_from_slice(piece);
        let length = piece.len();
        self.reader.consume(length);
        self.taken += length as u64;
        Ok(length as u64)
    }

    /// Takes a line with its end.
    fn line(&mut self) -> Result<Vec<u8>, Refusal> {
        loop {
            let buffered = self.reader.buffered();
            if let Some(at) = buffered.iter().position(|octet| *octet == b'\n') {
                let line = buffered[..=at].to_vec();
                self.reader.consume(at + 1);
                return Ok(line);
            }
            if buffered.len() > LINE_LIMIT {
                return Err(Refusal::new(
                    Code::BodyFormat,
                    "A line between the chunks is too long",
                ));
            }
            self.fill()?;
        }
    }

    fn fill(&mut self) -> Result<(), Refusal> {
        if core::mem::take(&mut self.is_awaited) {
            let _ = self
                .reader
                .stream()
                .set_write_timeout(Some(writer::TIME))
                .and_then(|()| {
                    let mut stream = self.reader.stream();
                    stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")
                });
        }
        let earned = Duration::from_secs(self.taken / OCTETS_PER_SECOND);
        self.reader
            .fill(self.begun + self.time + earned)
            .map_err(|Gone| {
                self.is_gone = true;
                Refusal::new(Code::BodyFormat, "The body did not come to its end")
            })
    }
}

fn unreadable() -> Refusal {
    Refusal::new(Code::BodyFormat, "The chunks of the body are unreadable")
}

fn too_large() -> Refusal {
    let limit = LIMIT / 1024 / 1024;
    let message = format!("The body is larger than {limit} MiB, which no call but an upload takes");
    Refusal::new(Code::BodyFormat, message).with_status(413)
}
