//! Why a file of CA certificates cannot be used.

use core::{error, fmt};

use super::credentials_file::FileError;

/// Why a file of CA certificates cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CaFileError {
    /// It cannot be read.
    File(FileError),
    /// The certificate that begins on this line, counted from 1, has no end, is not base64, or is no certificate.
    Certificate(usize),
    /// It has no certificate in PEM form.
    Empty,
}

impl fmt::Display for CaFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(fault) => fmt::Display::fmt(fault, formatter),
            Self::Certificate(line) => {
                write!(
                    formatter,
                    "the certificate that begins on line {line} cannot be read"
                )
            }
            Self::Empty => formatter
                .write_str("it has no certificate in PEM form (-----BEGIN CERTIFICATE-----)"),
        }
    }
}

impl error::Error for CaFileError {}
