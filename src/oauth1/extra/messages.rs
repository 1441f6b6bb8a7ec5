//! What `Display` and `Debug` write. `Debug` shows no secret.

use core::{error, fmt};

use super::super::{
    authorization::Authorization,
    error::{ParseError, Part},
    nonce::Nonce,
    protocol::SIGNATURE,
    request::Request,
    signature::{Credentials, SignatureMethod},
    signer::Signer,
};

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uri => "URI",
            Self::Form => "form body",
            Self::Header => "Authorization header",
        })
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (text, part, position) = match *self {
            Self::Method => {
                return f.write_str("invalid method: expected an HTTP token such as GET");
            }
            Self::Scheme => return f.write_str("invalid URI: expected http:// or https://"),
            Self::Host => return f.write_str("invalid host in the URI"),
            Self::Port => return f.write_str("invalid port in the URI: expected 0-65535"),
            Self::NotOAuth => {
                return f.write_str("the Authorization header does not have the scheme OAuth");
            }
            Self::Missing(name) => return write!(f, "the protocol parameter {name} is missing"),
            Self::NotText(name) => return write!(f, "the value of {name} is not UTF-8 text"),
            Self::Version => return f.write_str("oauth_version is not 1.0"),
            Self::Signature => return f.write_str("oauth_signature is not canonical base64"),
            Self::Reserved => return f.write_str("the signer sets this protocol parameter itself"),
            Self::Control => return f.write_str("a value has a control character"),
            Self::Character { part, position } => ("a character that must be percent-encoded", part, position),
            Self::PercentEncoding { part, position } => ("a % without two hexadecimal digits after it", part, position),
            Self::Syntax { position } => ("something other than name=\"value\"", Part::Header, position),
            Self::Duplicate { position } => ("a duplicate protocol parameter", Part::Header, position),
            Self::SecondPlace { part, position } => {
                ("a protocol parameter, but the others came in another place,", part, position)
            }
        };
        write!(f, "the {part} has {text} at byte {position}")
    }
}

impl error::Error for ParseError {}

impl fmt::Display for SignatureMethod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), formatter)
    }
}

impl fmt::Display for Authorization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

impl fmt::Debug for Authorization {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.pairs().filter(|(name, _)| *name != SIGNATURE);
        formatter.debug_map().entries(shown).finish_non_exhaustive()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("Credentials");
        debug.field("identifier", &self.identifier()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Request {
    /// Shows no parameters: a form body may contain a password.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Request")
            .field("method", &self.method)
            .field("base_string_uri", &self.base_string_uri)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Signer")
            .field("client", &self.client)
            .field("token", &self.token)
            .field("method", &self.method)
            .finish_non_exhaustive()
    }
}
