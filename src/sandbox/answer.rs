//! What the sandbox answers, and the API's error bodies.

use alloc::{borrow::Cow, boxed::Box, string::String, string::ToString, sync::Arc, vec::Vec};

use serde_json::{Value, json};

use super::files::Stored;

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

/// The errors of the API that the sandbox has a use for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Code {
    Server,
    NoPermission,
    EmptyBody,
    MissingRequiredFields,
    FieldFormat,
    ResourceUnknown,
    InvalidRql,
    BodyFormat,
    IllegalArgument,
    IllegalState,
    UserNotAuthenticated,
    Authentication,
    OauthKey,
    OauthToken,
    OauthSignature,
    DuplicateRequest,
    MfaRequired,
    MfaMismatch,
    InvalidMfaToken,
    FileToken,
    FileTokenAccess,
    FileTokenKept,
    FileTooLarge,
}

impl Code {
    /// Status, code, name.
    fn row(self) -> (u16, u16, &'static str) {
        match self {
            Self::Server => (500, 1, "SERVER_EXCEPTION"),
            Self::NoPermission => (401, 10, "NO_PERMISSION_EXCEPTION"),
            Self::EmptyBody => (400, 13, "EMPTY_BODY_EXCEPTION"),
            Self::MissingRequiredFields => (400, 14, "MISSING_REQUIRED_FIELDS_EXCEPTION"),
            Self::FieldFormat => (400, 15, "FIELD_FORMAT_EXCEPTION"),
            Self::ResourceUnknown => (404, 16, "RESOURCE_UNKNOWN_EXCEPTION"),
            Self::InvalidRql => (400, 19, "INVALID_RQL_EXCEPTION"),
            Self::BodyFormat => (400, 22, "BODY_FORMAT_EXCEPTION"),
            Self::IllegalArgument => (400, 26, "ILLEGAL_ARGUMENT_EXCEPTION"),
            Self::IllegalState => (400, 27, "ILLEGAL_STATE_EXCEPTION"),
            Self::UserNotAuthenticated => (401, 104, "USER_NOT_AUTHENTICATED_EXCEPTION"),
            Self::Authentication => (401, 106, "AUTHENTICATION_EXCEPTION"),
            Self::OauthKey => (401, 107, "OAUTH_KEY_EXCEPTION"),
            Self::OauthToken => (401, 108, "OAUTH_TOKEN_EXCEPTION"),
            Self::OauthSignature => (401, 109, "OAUTH_SIGNATURE_EXCEPTION"),
            Self::DuplicateRequest => (401, 110, "DUPLICATE_REQUEST_EXCEPTION"),
            Self::MfaRequired => (401, 129, "MFA_REQUIRED_EXCEPTION"),
            Self::MfaMismatch => (400, 130, "INVALID_MFA_CODE_EXCEPTION"),
            Self::InvalidMfaToken => (400, 131, "INVALID_MFA_TOKEN_EXCEPTION"),
            Self::FileToken => (400, 2605, "INVALID_TOKEN_EXCEPTION"),
            Self::FileTokenAccess => (401, 2606, "UNAUTHORIZED_TOKEN_EXCEPTION"),
            Self::FileTokenKept => (403, 2607, "TOKEN_NOT_DELETEABLE_EXCEPTION"),
            Self::FileTooLarge => (413, 2610, "FILE_TOO_LARGE_EXCEPTION"),
        }
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
        let (status, code, name) = refusal.code.row();
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
