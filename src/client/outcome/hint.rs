//! What to do next after an error.

use super::{
    api_error::ApiError,
    clock,
    codes::ErrorCode,
    error::{Error, Unexpected},
    network_error::NetworkError,
    page_fault::PageFault,
    phase::{NetworkErrorKind, Phase},
    request_error::RequestError,
};
use crate::oauth1::{ParseError, Part};

impl Error {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let text = match self {
            Self::Configuration(error) => error.hint(),
            Self::Request(RequestError::Parse(ParseError::Character { part: Part::Form, .. })) => {
                "percent-encode names and values (a space is %20), and remove a line break at the file's end"
            }
            Self::Request(RequestError::PlainHttp(_)) => {
                "use https://, or allow plain HTTP in a test network: --allow-http"
            }
            Self::Request(_) | Self::Authorize(_) | Self::Upload(_) | Self::Download(_) => {
                return None;
            }
            Self::Network(error) => return error.hint().map(str::to_owned),
            Self::TooLarge { .. } => "request less, for example with limit(), or raise the limit",
            Self::Redirect(_) => "redirects are not followed, because the signature covers the host; check API_HOST",
            Self::Api(error) => return error.hint(),
            Self::Unexpected { what: Unexpected::Page(fault), .. } => page(*fault),
            Self::Unexpected { .. } => "check that the host is the API's and that no proxy responds in its place",
        };
        Some(text.to_owned())
    }
}

impl ApiError {
    /// What to do next.
    pub fn hint(&self) -> Option<String> {
        let next = match self.code.and_then(ErrorCode::next_step) {
            Some(next) => next,
            None if self.status == 401 => "check the credentials and the host",
            None if self.status == 404 => "check the path and the host",
            None if self.status == 429 => "too many requests: wait before sending the next one",
            None if self.status >= 500 => "try again later; the request itself may be correct",
            None => return None,
        };
        let is_authentication =
            self.code.is_some_and(ErrorCode::is_authentication) || (self.code.is_none() && self.status == 401);
        if !is_authentication {
            return Some(next.to_owned());
        }
        let mut hint = clock::hint(self).unwrap_or_default() + next;
        if self.sources.is_mixed() {
            hint += &format!("\nthe settings come from different places: {}", self.sources);
        }
        Some(hint)
    }
}

impl NetworkError {
    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        if self.phase() == Phase::Proxy {
            return Some(match self.kind() {
                NetworkErrorKind::ProxyRefused => {
                    "check that the proxy may connect to this host, and give a user and password if it wants them \
                     (HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT); hosts in NO_PROXY are called without it"
                }
                _ => "check the proxy in HTTPS_PROXY or ALL_PROXY; hosts in NO_PROXY are called without it",
            });
        }
        Some(match self.kind() {
            NetworkErrorKind::Timeout => "try again, or allow more time; a firewall that drops packets looks the same",
            NetworkErrorKind::NotFound => {
                "check the host's spelling, and that this container has a name server (/etc/resolv.conf)"
            }
            NetworkErrorKind::Refused => "check host and port, and that the server runs",
            NetworkErrorKind::Unreachable => {
                "check that this container has a network, and whether it needs a proxy (HTTPS_PROXY)"
            }
            NetworkErrorKind::UnknownIssuer => {
                "if a corporate proxy intercepts TLS, pass its CA certificate: --ca-file FILE or SSL_CERT_FILE"
            }
            NetworkErrorKind::CertificateTime => "check this machine's clock",
            NetworkErrorKind::CertificateName => "check the host's spelling",
            NetworkErrorKind::NotTls => "check the port; for plain HTTP, begin the host with http://",
            NetworkErrorKind::OldTls => {
                "TLS 1.0 and 1.1 are unsafe and not supported: check host and port, and any proxy in between"
            }
            NetworkErrorKind::NotHttp => "check host and port: another service listens there",
            NetworkErrorKind::Closed | NetworkErrorKind::CutOff => "try again; a proxy that gives up looks the same",
            NetworkErrorKind::HeadersTooLarge | NetworkErrorKind::ProxyRefused | NetworkErrorKind::Other => {
                return None;
            }
        })
    }
}

fn page(fault: PageFault) -> &'static str {
    match fault {
        PageFault::NoPage => "only lists have pages; omit --all",
        PageFault::Short { limit: 0, .. } => "a limit of 0 requests no items; omit it",
        PageFault::Short { .. } => "request smaller pages, for example with limit(20)",
        PageFault::Offset { .. } | PageFault::Long { .. } => "this endpoint ignores limit(n,offset); omit --all",
    }
}
