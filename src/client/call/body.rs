//! Bodies of requests: bytes, files and readers. Their length is known before anything is sent.

use std::{
    fs::{self, File},
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
};

use ureq::http::HeaderValue;
use zeroize::Zeroizing;

/// The media type of a form.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Maximum size of a form, in bytes: its parameters take many times as much memory.
pub(super) const LARGEST_FORM: u64 = 1 << 20;

/// Whether a media type is a form's (§3.4.1.3.1); its parameters are ignored.
pub(super) fn is_form(content_type: &HeaderValue) -> bool {
    let media_type = content_type.as_bytes().split(|byte| *byte == b';').next();
    media_type.is_some_and(|text| text.trim_ascii().eq_ignore_ascii_case(FORM.as_bytes()))
}

/// A body in pieces, which can be read more than once.
#[derive(Clone, Default)]
pub(super) struct Body(Vec<Piece>);

#[derive(Clone)]
enum Piece {
    /// Wiped on drop, as it may hold a password.
    Bytes(Zeroizing<Vec<u8>>),
    File {
        path: PathBuf,
        length: u64,
    },
}

impl Body {
    pub(super) fn push(&mut self, bytes: impl Into<Vec<u8>>) {
        self.0.push(Piece::Bytes(Zeroizing::new(bytes.into())));
    }

    /// Adds a file. Only its length is read now.
    pub(super) fn push_file(&mut self, path: &Path) -> io::Result<()> {
        // Opening a pipe would wait for a writer.
        let file = fs::metadata(path)?;
        if !file.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        self.0.push(Piece::File { path: path.to_owned(), length: file.len() });
        Ok(())
    }

    /// Reads files into memory.
    pub(super) fn hold(&mut self) -> io::Result<()> {
        // Reserves everything at once: a vector that grows leaves copies in memory.
        let mut bytes = Zeroizing::new(Vec::new());
        bytes.try_reserve_exact(usize::try_from(self.length()).unwrap_or(usize::MAX))?;
        self.open().read_to_end(&mut bytes)?;
        self.0 = vec![Piece::Bytes(bytes)];
        Ok(())
    }

    pub(super) fn append(&mut self, mut other: Self) {
        self.0.append(&mut other.0);
    }

    pub(super) fn length(&self) -> u64 {
        self.0.iter().map(Piece::length).sum()
    }

    /// Whether it is read from files while it is sent.
    pub(super) fn is_streamed(&self) -> bool {
        self.0.iter().any(|piece| matches!(piece, Piece::File { .. }))
    }

    /// The bytes, if the body is entirely in memory.
    pub(super) fn bytes(&self) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Bytes(more) => bytes.extend_from_slice(more),
                Piece::File { .. } => return None,
            }
        }
        Some(bytes)
    }

    pub(super) fn open(&self) -> impl Read + '_ {
        Pieces { rest: self.0.iter(), current: None }
    }
}

impl Piece {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { length, .. } => *length,
        }
    }

    fn open(&self) -> io::Result<ExactReader<Box<dyn Read + '_>>> {
        let reader: Box<dyn Read> = match self {
            Self::Bytes(bytes) => Box::new(Cursor::new(bytes.as_slice())),
            Self::File { path, .. } => Box::new(
                File::open(path)
                    .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?,
            ),
        };
        Ok(ExactReader { reader, left: self.length() })
    }
}

struct Pieces<'a> {
    rest: std::slice::Iter<'a, Piece>,
    current: Option<ExactReader<Box<dyn Read + 'a>>>,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            if let Some(piece) = &mut self.current {
                let length = piece.read(buffer)?;
                if length > 0 || buffer.is_empty() {
                    return Ok(length);
                }
            }
            match self.rest.next() {
                Some(piece) => self.current = Some(piece.open()?),
                None => return Ok(0),
            }
        }
    }
}

/// Reads exactly the remaining bytes: a file may have grown since it was measured, but not become shorter.
pub(super) struct ExactReader<R> {
    pub(super) reader: R,
    pub(super) left: u64,
}

impl<R: Read> Read for ExactReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        if wanted == 0 {
            return Ok(0);
        }
        let length = self.reader.read(&mut buffer[..wanted])?;
        if length == 0 {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                format!("it ended {} bytes before its length", self.left),
            ));
        }
        self.left -= length as u64;
        Ok(length)
    }
}

/// Counts the bytes read of a body, and keeps a read error, which ureq would report as a network error.
pub(super) struct CountingReader<'a> {
    reader: &'a mut dyn Read,
    pub(super) is_begun: bool,
    pub(super) left: u64,
    pub(super) failure: Option<io::Error>,
}

impl<'a> CountingReader<'a> {
    pub(super) fn new(reader: &'a mut dyn Read, length: u64) -> Self {
        Self { reader, is_begun: false, left: length, failure: None }
    }
}

impl Read for CountingReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_begun = true;
        match self.reader.read(buffer) {
            Ok(length) => {
                self.left = self.left.saturating_sub(length as u64);
                Ok(length)
            }
            Err(error) => {
                let copy = io::Error::new(error.kind(), error.to_string());
                self.failure = Some(error);
                Err(copy)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_follow_each_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "bc").unwrap();
        let mut body = Body::default();
        body.push("a");
        body.push("");
        body.push_file(&path).unwrap();
        body.push("d");
        assert_eq!(body.length(), 4);
        for _ in 0..2 {
            assert_eq!(io::read_to_string(body.open()).unwrap(), "abcd");
        }
        assert_eq!(body.bytes(), None);
        let mut held = body.clone();
        held.hold().unwrap();
        assert_eq!(held.bytes().unwrap(), b"abcd");
        fs::write(&path, "bcx").unwrap();
        assert_eq!(io::read_to_string(body.open()).unwrap(), "abcd");
        fs::write(&path, "b").unwrap();
        let error = io::read_to_string(body.open()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        assert!(body.push_file(folder.path()).is_err());
    }
}
