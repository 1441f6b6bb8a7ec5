use std::{error, fmt};

use super::credentials_file::FileError;

/// Why a file of CA certificates cannot be used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CaFileError {
    /// It cannot be read.
    File(FileError),
    /// A certificate has no end, is not base64, or is not a certificate: its number in the file, counted from 1.
    Certificate(usize),
    /// It has no certificate in PEM form.
    Empty,
}

impl fmt::Display for CaFileError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(fault) => fmt::Display::fmt(fault, formatter),
            Self::Certificate(number) => write!(formatter, "certificate {number} cannot be read"),
            Self::Empty => formatter.write_str("no certificate in PEM form (-----BEGIN CERTIFICATE-----)"),
        }
    }
}

impl error::Error for CaFileError {}
