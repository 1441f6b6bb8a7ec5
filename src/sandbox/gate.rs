//! Who is calling: the checks of RFC 5849 §3.2, with the API's errors.

use std::{
    net::TcpStream,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    Keys, Options,
    clock::Clock,
    explainer::Explainer,
    http::Message,
    response::{Code, ErrorResponse},
    store::{Token, Tokens},
};
use crate::explain::{CapturedRequest, Secrets};
use crate::oauth1::{
    Authorization, MemoryReplayGuard, ParseError, ReplayGuard as _, Request, SignatureMethod, Signer, VerifyError,
};
#[cfg(feature = "rsa")]
use crate::oauth1::{
    Credentials,
    rsa::{PublicKey, Verifier},
};

/// Seconds that a timestamp may differ from the clock.
const WINDOW: u64 = 300;
/// Requests that are remembered against replays: about 60 MB.
const REMEMBERED: usize = 1_000_000;
/// Bytes of a URL and form that are explained. The search takes seconds for larger ones.
const EXPLAINED: usize = 8 * 1024;

/// Who may call.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Access {
    /// Anyone; a signature is not needed.
    Open,
    /// The client, with or without a token.
    Client,
    /// A user: the request is signed with client and token.
    User,
}

/// Which signatures are accepted.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Policy {
    /// What the API accepts: HMAC-SHA1 in the header.
    Api,
    /// Every signature method, in every place.
    Any,
}

/// Where the protocol parameters are (RFC 5849 §3.5).
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Place {
    Header,
    Query,
    Form,
}

impl Place {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Query => "query",
            Self::Form => "form",
        }
    }
}

/// A request without its protocol parameters, and those.
pub(super) struct Signed {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) form: Option<String>,
    pub(super) authorization: Authorization,
    pub(super) place: Place,
}

impl Signed {
    /// Finds the protocol parameters in the header; with [`Policy::Any`], also in the query or the form.
    pub(super) fn read(message: &Message, form: Option<&str>, policy: Policy) -> Result<Self, ErrorResponse> {
        let header = message.single("Authorization")?;
        let unsigned = |message: String| ErrorResponse::new(Code::UserNotAuthenticated, message);
        let (authorization, url, form, place) = match header.map(Authorization::parse) {
            Some(Ok(authorization)) => (authorization, message.url()?, form.map(Into::into), Place::Header),
            Some(Err(error)) if error != ParseError::NotOAuth => return Err(malformed(error)),
            not_oauth => {
                let place = if has_signature(message.query()) {
                    Place::Query
                } else if form.is_some_and(has_signature) {
                    Place::Form
                } else {
                    return Err(unsigned(match not_oauth {
                        Some(Err(error)) => error.to_string(),
                        _ => "There is no Authorization header: the request is not signed".into(),
                    }));
                };
                if policy == Policy::Api {
                    return Err(unsigned(format!(
                        "The request is signed, but the protocol parameters are in the {}: the API reads the Authorization header only",
                        place.name()
                    )));
                }
                let url = message.url()?;
                if place == Place::Query {
                    let (authorization, url) = Authorization::from_query(&url).map_err(malformed)?;
                    (authorization, url, form.map(Into::into), place)
                } else {
                    let (authorization, form) =
                        Authorization::from_form(form.unwrap_or_default()).map_err(malformed)?;
                    (authorization, url, Some(form), place)
                }
            }
        };
        Ok(Self { method: message.method.clone(), url, form, authorization, place })
    }

    /// The identifier of the token, empty without one.
    pub(super) fn token(&self) -> String {
        self.authorization.token().unwrap_or_default().into_owned()
    }

    /// The request with its protocol parameters in the header.
    pub(super) fn captured(&self) -> CapturedRequest {
        let request = CapturedRequest::new(&self.method, &self.url);
        let request = match &self.form {
            Some(form) => request.form(form),
            None => request,
        };
        request.authorization(self.authorization.as_str())
    }

    /// Checks `oauth_body_hash`, if the request has it.
    pub(super) fn check_body(&self, body: &[u8]) -> Result<(), ErrorResponse> {
        if self.authorization.get("oauth_body_hash").is_none() {
            return Ok(());
        }
        let request = self.request()?;
        self.authorization
            .verify_body(&request, body)
            .map_err(|error| ErrorResponse::new(Code::OauthSignature, error.to_string()))
    }

    fn request(&self) -> Result<Request, ErrorResponse> {
        let mut request = Request::new(&self.method, &self.url).map_err(malformed)?;
        if let Some(form) = &self.form {
            request = request.form(form).map_err(|error| ErrorResponse::new(Code::BodyFormat, error.to_string()))?;
        }
        request.check_place().map_err(malformed)?;
        Ok(request)
    }
}

/// Whether a query or form has an `oauth_signature`.
fn has_signature(pairs: &str) -> bool {
    pairs.split('&').any(|pair| pair.split('=').next() == Some("oauth_signature"))
}

fn malformed(error: ParseError) -> ErrorResponse {
    ErrorResponse::new(Code::IllegalArgument, error.to_string())
}

/// A request that is admitted.
pub(super) struct Caller {
    pub(super) signed: Signed,
    /// None if the request is signed with the client's credentials alone.
    pub(super) token: Option<Arc<Token>>,
}

/// Knows one client, and remembers its requests.
pub(super) struct Gate {
    keys: Keys,
    policy: Policy,
    guard: Mutex<MemoryReplayGuard>,
    explainer: Explainer,
    /// Verifies RSA signatures.
    #[cfg(feature = "rsa")]
    public_key: Option<PublicKey>,
}

impl Gate {
    pub(super) fn new(keys: &Keys, options: &Options) -> Self {
        Self {
            keys: keys.clone(),
            policy: if options.echo { Policy::Any } else { Policy::Api },
            #[cfg(feature = "rsa")]
            public_key: options.public_key.clone(),
            guard: Mutex::new(MemoryReplayGuard::new(WINDOW, REMEMBERED)),
            explainer: Explainer::start(),
        }
    }

    pub(super) fn policy(&self) -> Policy {
        self.policy
    }

    /// Checks the signature. Of the bodies, only a form is signed; any other body may be signed by its hash.
    pub(super) fn admit(
        &self,
        message: &Message,
        form: Option<&str>,
        access: Access,
        tokens: &Tokens,
        clock: Clock,
        socket: &TcpStream,
    ) -> Result<Caller, ErrorResponse> {
        let signed = Signed::read(message, form, self.policy)?;
        let named = signed.token();
        let token = match named.is_empty() {
            true => None,
            false => tokens.find(&named),
        };
        let caller = Caller { signed, token };
        self.check(&caller, access, tokens.client(), clock).map_err(|mut error| {
            error.explanation = self.explain(&caller, &error, socket);
            error
        })?;
        if let Some(token) = &caller.token {
            token.touch(clock.milliseconds());
        }
        Ok(caller)
    }

    fn check(&self, caller: &Caller, access: Access, client: &Signer, clock: Clock) -> Result<(), ErrorResponse> {
        let authorization = &caller.signed.authorization;
        let request = caller.signed.request()?;
        if !self.knows(&caller.signed) {
            let message = "The consumer key is not one of this sandbox";
            return Err(ErrorResponse::new(Code::OauthKey, message));
        }
        let signer = match &caller.token {
            Some(token) => &token.signer,
            None if !caller.signed.token().is_empty() => {
                let message = "The token is unknown for this consumer key";
                return Err(ErrorResponse::new(Code::OauthToken, message));
            }
            None if access == Access::User => return Err(without_token()),
            None => client,
        };
        let method = SignatureMethod::from_name(&authorization.signature_method());
        self.verify(signer, method, &request, authorization).map_err(|error| match error {
            VerifyError::Malformed(error) => malformed(error),
            VerifyError::SignatureMethod => {
                let message = match self.policy {
                    Policy::Api => "The signature method is not HMAC-SHA1, the only one here",
                    Policy::Any => "The signature method is unknown, or it is RSA and no key was given",
                };
                ErrorResponse::new(Code::OauthSignature, message)
            }
            _ => ErrorResponse::new(Code::OauthSignature, "The signature does not match the one calculated here"),
        })?;
        // With PLAINTEXT, both may be missing (RFC 5849 §3.1).
        let has_nonce = authorization.nonce().is_some() || authorization.timestamp().is_some();
        if method == Some(SignatureMethod::Plaintext) && !has_nonce {
            return Ok(());
        }
        // Only now, so that nobody can use up a nonce without the secrets.
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        guard
            .admit(authorization, clock.seconds())
            .map_err(|error| ErrorResponse::new(Code::DuplicateRequest, error.to_string()))
    }

    /// Verifies with the signature method of the request, as far as the policy permits.
    fn verify(
        &self,
        signer: &Signer,
        method: Option<SignatureMethod>,
        request: &Request,
        authorization: &Authorization,
    ) -> Result<(), VerifyError> {
        #[cfg(feature = "rsa")]
        if let (Some(key), Some(method), Policy::Any) = (&self.public_key, method, self.policy) {
            let client = Credentials::new(authorization.consumer_key(), "");
            let token = Credentials::new(authorization.token().unwrap_or_default(), "");
            let client = Signer::new(client).token(token);
            if let Ok(verifier) = Verifier::new(client, method, key.clone()) {
                return verifier.verify(request, authorization);
            }
        }
        let signer = signer.clone();
        let signer = match (self.policy, method) {
            (Policy::Any, Some(SignatureMethod::HmacSha256)) => signer.hmac_sha256(),
            (Policy::Any, Some(SignatureMethod::HmacSha512)) => signer.hmac_sha512(),
            (Policy::Any, Some(SignatureMethod::Plaintext)) => signer.plaintext(),
            _ => signer,
        };
        signer.verify(request, authorization)
    }

    fn knows(&self, signed: &Signed) -> bool {
        signed.authorization.consumer_key() == self.keys.consumer_key
    }

    /// Explains a signature that does not match, for the known client only.
    fn explain(&self, caller: &Caller, error: &ErrorResponse, socket: &TcpStream) -> Option<String> {
        let signed = &caller.signed;
        let length = signed.url.len() + signed.form.as_ref().map_or(0, String::len);
        let can_explain = matches!(error.code, Code::OauthSignature | Code::OauthToken);
        if !self.knows(signed) || !can_explain || length > EXPLAINED {
            return None;
        }
        let secrets = self.secrets(caller.token.as_deref());
        self.explainer.explain(signed.captured(), secrets, socket)
    }

    /// The secrets with which a request should be signed.
    pub(super) fn secrets(&self, token: Option<&Token>) -> Secrets {
        let mut secrets = Secrets::new(&self.keys.consumer_secret);
        if let Some(token) = token {
            secrets = secrets.token(token.secret());
        }
        #[cfg(feature = "rsa")]
        if let Some(key) = &self.public_key {
            secrets = secrets.public_key(key.clone());
        }
        secrets.identifiers(&self.keys.consumer_key, token.map(Token::identifier))
    }
}

pub(super) fn without_token() -> ErrorResponse {
    let message = "The request is signed without a token, so for no user";
    ErrorResponse::new(Code::UserNotAuthenticated, message)
}
