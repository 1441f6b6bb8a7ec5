//! What the sandbox answers, and the API's error bodies.

use alloc::{borrow::Cow, boxed::Box, string::String, string::ToString, sync::Arc, vec::Vec};

use serde_json::{Value, json};

use super::files::Stored;
pub(super) use crate::client::ErrorCode as Code;

/// A status and a body.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) media_type: Cow<'static, str>,
    pub(super) content: Content,
    /// What was wrong, for the log.
    pub(super) problem: Option<String>,
}

/// The body of an answer.
pub(super) enum Content {
    Octets(Vec<u8>),
    /// Read while it is sent.
    File(Arc<Stored>),
}

impl Content {
    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Octets(octets) => octets.len() as u64,
            Self::File(file) => file.size(),
        }
    }
}

impl Answer {
    fn json(status: u16, value: &Value, problem: Option<String>) -> Self {
        Self {
            status,
            media_type: Cow::Borrowed("application/json"),
            content: Content::Octets(value.to_string().into_bytes()),
            problem,
        }
    }

    /// 200 with a value.
    pub(super) fn ok(value: &Value) -> Self {
        Self::json(200, value, None)
    }

    /// 200 with a file.
    pub(super) fn file(file: Arc<Stored>) -> Self {
        Self {
            status: 200,
            media_type: Cow::Owned(file.media_type().into()),
            content: Content::File(file),
            problem: None,
        }
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
        Code::InvalidToken => (400, "INVALID_TOKEN_EXCEPTION"),
        Code::UnauthorizedToken => (401, "UNAUTHORIZED_TOKEN_EXCEPTION"),
        Code::TokenNotDeletable => (403, "TOKEN_NOT_DELETEABLE_EXCEPTION"),
        Code::FileTooLarge => (413, "FILE_TOO_LARGE_EXCEPTION"),
        _ => (500, "SERVER_EXCEPTION"),
    }
}

/// An error of the API with its message.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: Code,
    pub(super) message: String,
    /// Stands in for the code's own status, where HTTP has a better one.
    pub(super) status: Option<u16>,
    /// Another field of the body, which some codes have.
    field: Option<Box<(&'static str, Value)>>,
}

impl Refusal {
    pub(super) fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            status: None,
            field: None,
        }
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

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        let (status, name) = status_and_name(refusal.code);
        let code = refusal.code.number();
        let mut body = json!({ "code": code, "name": name, "message": refusal.message });
        if let Some((name, value)) = refusal.field.map(|field| *field) {
            body[name] = value;
        }
        let mut problem = code.to_string();
        problem.push(' ');
        problem.push_str(&refusal.message);
        Self::json(refusal.status.unwrap_or(status), &body, Some(problem))
    }
}
