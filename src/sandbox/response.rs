//! Responses, and the API's error bodies.

use std::{
    borrow::Cow,
    io::{self, ErrorKind},
    sync::Arc,
};

use serde_json::{Value, json};

use super::{
    page::{Events, Verdict},
    store::Stored,
};
pub(super) use crate::client::ErrorCode as Code;

/// A status, headers and a body.
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) media_type: Cow<'static, str>,
    /// More header lines, each with its line break.
    pub(super) headers: Cow<'static, str>,
    pub(super) content: Content,
    /// What is wrong with the request, for the log.
    pub(super) problem: Option<String>,
    /// What the client did wrong, for the page.
    pub(super) explanation: Option<String>,
    pub(super) verdict: Verdict,
}

/// The body of a response.
pub(super) enum Content {
    Bytes(Vec<u8>),
    /// Read while it is sent.
    File(Arc<Stored>),
    /// Server-sent events, until the client closes the connection.
    Events(Events),
}

impl Content {
    /// The number of bytes, if it is known.
    pub(super) fn length(&self) -> Option<u64> {
        match self {
            Self::Bytes(bytes) => Some(bytes.len() as u64),
            Self::File(file) => Some(file.size()),
            Self::Events(_) => None,
        }
    }
}

impl Response {
    /// 200 with a body.
    pub(super) fn new(media_type: impl Into<Cow<'static, str>>, content: Content) -> Self {
        Self {
            status: 200,
            media_type: media_type.into(),
            headers: Cow::Borrowed(""),
            content,
            problem: None,
            explanation: None,
            verdict: Verdict::Unchecked,
        }
    }

    /// 200 with a JSON value.
    pub(super) fn ok(value: &Value) -> Self {
        let content = Content::Bytes(value.to_string().into_bytes());
        Self::new("application/json", content)
    }

    /// 200 with a file.
    pub(super) fn file(file: Arc<Stored>) -> Self {
        let media_type = file.media_type().to_string();
        Self::new(media_type, Content::File(file))
    }
}

/// The status and the name of an error that the sandbox responds with.
fn status_and_name(code: Code) -> (u16, &'static str) {
    match code {
        Code::NoPermission => (401, "NO_PERMISSION_EXCEPTION"),
        Code::EmptyBody => (400, "EMPTY_BODY_EXCEPTION"),
        Code::MissingRequiredFields => (400, "MISSING_REQUIRED_FIELDS_EXCEPTION"),
        Code::FieldFormat => (400, "FIELD_FORMAT_EXCEPTION"),
        Code::ResourceUnknown => (404, "RESOURCE_UNKNOWN_EXCEPTION"),
        Code::InvalidRql => (400, "INVALID_RQL_EXCEPTION"),
        Code::BodyFormat => (400, "BODY_FORMAT_EXCEPTION"),
        Code::IllegalArgument => (400, "ILLEGAL_ARGUMENT_EXCEPTION"),
        Code::IllegalState => (400, "ILLEGAL_STATE_EXCEPTION"),
        Code::UserNotAuthenticated => (401, "USER_NOT_AUTHENTICATED_EXCEPTION"),
        Code::Authentication => (401, "AUTHENTICATION_EXCEPTION"),
        Code::OauthKey => (401, "OAUTH_KEY_EXCEPTION"),
        Code::OauthToken => (401, "OAUTH_TOKEN_EXCEPTION"),
        Code::OauthSignature => (401, "OAUTH_SIGNATURE_EXCEPTION"),
        Code::DuplicateRequest => (401, "DUPLICATE_REQUEST_EXCEPTION"),
        Code::MfaRequired => (401, "MFA_REQUIRED_EXCEPTION"),
        Code::InvalidMfaCode => (400, "INVALID_MFA_CODE_EXCEPTION"),
        Code::InvalidMfaToken => (400, "INVALID_MFA_TOKEN_EXCEPTION"),
        Code::ServiceNotFound => (404, "SERVICE_NOT_FOUND_EXCEPTION"),
        Code::InvalidToken => (400, "INVALID_TOKEN_EXCEPTION"),
        Code::UnauthorizedToken => (401, "UNAUTHORIZED_TOKEN_EXCEPTION"),
        Code::TokenNotDeletable => (403, "TOKEN_NOT_DELETEABLE_EXCEPTION"),
        Code::FileTooLarge => (413, "FILE_TOO_LARGE_EXCEPTION"),
        _ => (500, "SERVER_EXCEPTION"),
    }
}

/// An error of the API with its message.
#[derive(Debug)]
pub(super) struct ErrorResponse {
    pub(super) code: Code,
    pub(super) message: String,
    /// What the client did wrong, which is added to the message.
    pub(super) explanation: Option<String>,
    /// Replaces the code's own status.
    pub(super) status: Option<u16>,
    /// An additional field of the body, which some codes have.
    field: Option<Box<(&'static str, Value)>>,
}

impl ErrorResponse {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), explanation: None, status: None, field: None }
    }

    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    pub(super) fn with_field(mut self, name: &'static str, value: Value) -> Self {
        self.field = Some(Box::new((name, value)));
        self
    }
}

impl From<ErrorResponse> for Response {
    fn from(error: ErrorResponse) -> Self {
        let (status, name) = status_and_name(error.code);
        let code = error.code.number();
        let message = match &error.explanation {
            Some(explanation) => [&error.message, ". ", explanation].concat(),
            None => error.message,
        };
        let mut body = json!({ "code": code, "name": name, "message": message });
        if let Some((name, value)) = error.field.map(|field| *field) {
            body[name] = value;
        }
        Self {
            status: error.status.unwrap_or(status),
            problem: Some([&code.to_string(), " ", &message].concat()),
            explanation: error.explanation,
            ..Self::ok(&body)
        }
    }
}

/// A body that cannot be read.
impl From<io::Error> for ErrorResponse {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::FileTooLarge => {
                let message = "The body is larger than 64 KiB, which only an upload may be";
                Self::new(Code::BodyFormat, message).with_status(413)
            }
            ErrorKind::InvalidData => Self::new(Code::BodyFormat, "The chunks of the body cannot be read"),
            _ => Self::new(Code::BodyFormat, "The body is incomplete"),
        }
    }
}
