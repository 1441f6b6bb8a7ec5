//! A response that is read as it arrives, of any size.

use std::{
    fmt,
    io::{self, Read, Write},
};

use crate::client::{
    outcome::{error::Error, phase::Phase, response::Response},
    transport::error,
};

/// A response of 2xx whose body is still to be read; see [`RequestBuilder::open`](crate::client::RequestBuilder::open).
///
/// Each read must finish within the client's idle timeout.
pub struct Download {
    response: Response,
    length: Option<u64>,
    rest: Option<ureq::BodyReader<'static>>,
}

impl Download {
    pub(super) fn new(response: Response, body: Option<ureq::Body>) -> Self {
        Self {
            response,
            length: body.as_ref().and_then(ureq::Body::content_length),
            rest: body.map(|body| body.into_with_config().limit(u64::MAX).reader()),
        }
    }

    /// The status and headers; the body is empty.
    pub fn response(&self) -> &Response {
        &self.response
    }

    /// The length of the body in bytes, if the server sent it.
    pub fn length(&self) -> Option<u64> {
        self.length
    }

    /// Writes the body to `writer` as it arrives, and returns the status and headers.
    ///
    /// # Errors
    ///
    /// [`Error::Network`] if the response is cut off, [`Error::Download`] if it cannot be written.
    pub fn copy_to(mut self, writer: &mut impl Write) -> Result<Response, Error> {
        let mut buffer = vec![0; 64 << 10];
        while let Some(reader) = &mut self.rest {
            let length = match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(length) => length,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(failure) => {
                    let failure = ureq::Error::from(failure);
                    return Err(error::convert(failure, self.response.url(), Phase::Body, None));
                }
            };
            writer.write_all(&buffer[..length]).map_err(Error::Download)?;
        }
        writer.flush().map_err(Error::Download)?;
        Ok(self.response)
    }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.rest {
            Some(reader) => reader.read(buffer),
            None => Ok(0),
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("response", &self.response)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
