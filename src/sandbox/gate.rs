//! Who is calling: the checks of RFC 5849 §3.2, with the API's errors.

use alloc::{
    borrow::ToOwned as _,
    string::{String, ToString},
    sync::Arc,
};
use std::sync::{Mutex, PoisonError};

use super::{
    Keys,
    answer::{Code, Refusal},
    clock::Clock,
    explainer::{Explainer, Refused},
    http::Message,
    tokens::{Token, Tokens},
};
use crate::explain::Secrets;
use crate::oauth1::{
    Authorization, MemoryReplayGuard, ParseError, ReplayGuard as _, Request, Signer, VerifyError,
};

/// Seconds that a timestamp may be off.
const WINDOW: u64 = 300;
/// Some 60 MB where all are there.
const REMEMBERED: usize = 1_000_000;
/// Octets of a form that is searched for mistakes: a large one would keep the machine busy for seconds.
const EXPLAINED: usize = 16 * 1024;

/// Who may call.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) enum Access {
    /// Anybody, unsigned.
    Open,
    /// The client, for no user.
    Client,
    /// A user, signed with client and token.
    User,
}

/// Knows one client, and remembers its requests.
pub(super) struct Gate {
    keys: Keys,
    guard: Mutex<MemoryReplayGuard>,
    explainer: Explainer,
}

impl Gate {
    pub(super) fn new(keys: &Keys) -> Self {
        Self {
            keys: keys.clone(),
            guard: Mutex::new(MemoryReplayGuard::new(WINDOW, REMEMBERED)),
            explainer: Explainer::start(),
        }
    }

    /// Lets a request in that is signed by the client: with a token for its user, without one for nobody. Of bodies only forms
    /// are signed.
    pub(super) fn admit(
        &self,
        message: &Message,
        form: Option<&str>,
        access: Access,
        tokens: &Tokens,
        clock: Clock,
    ) -> Result<Option<Arc<Token>>, Refusal> {
        if access == Access::Open {
            return Ok(None);
        }
        let header = message.single("Authorization")?.ok_or_else(|| {
            let message = "There is no Authorization header: the request is not signed";
            Refusal::new(Code::UserNotAuthenticated, message)
        })?;
        let url = message.url()?;
        let received = Authorization::parse(header).map_err(|error| match error {
            ParseError::NotOAuth => Refusal::new(Code::UserNotAuthenticated, error.to_string()),
            _ => Refusal::new(Code::IllegalArgument, error.to_string()),
        })?;
        let named = received.token().unwrap_or_default();
        let token = if named.is_empty() {
            None
        } else {
            tokens.find(&named)
        };
        let signed = Signed {
            method: &message.method,
            url: &url,
            form,
            header,
            token: token.as_deref(),
        };
        self.check(&signed, &received, access, tokens.client(), clock)
            .map_err(|mut refusal| {
                if let Some(explanation) = self.explain(&signed) {
                    refusal.message.push_str(". ");
                    refusal.message.push_str(&explanation);
                }
                refusal
            })?;
        if let Some(token) = &token {
            token.touch(clock.milliseconds());
        }
        Ok(token)
    }

    fn check(
        &self,
        signed: &Signed<'_>,
        received: &Authorization,
        access: Access,
        client: &Signer,
        clock: Clock,
    ) -> Result<(), Refusal> {
        let malformed = |error: ParseError| Refusal::new(Code::IllegalArgument, error.to_string());
        let mut request = Request::new(signed.method, signed.url).map_err(malformed)?;
        if let Some(form) = signed.form {
            request = request
                .form(form)
                .map_err(|error| Refusal::new(Code::BodyFormat, error.to_string()))?;
        }
        request.check_place().map_err(malformed)?;
        if received.consumer_key() != self.keys.consumer_key {
            let message = "The consumer key is not one of this sandbox";
            return Err(Refusal::new(Code::OauthKey, message));
        }
        let signer = match signed.token {
            Some(token) => &token.signer,
            None if received.token().is_some_and(|token| !token.is_empty()) => {
                let message = "The token is unknown for this consumer key";
                return Err(Refusal::new(Code::OauthToken, message));
            }
            None if access == Access::User => return Err(without_token()),
            None => client,
        };
        signer
            .verify(&request, received)
            .map_err(|error| match error {
                VerifyError::Malformed(error) => malformed(error),
                VerifyError::SignatureMethod => Refusal::new(
                    Code::OauthSignature,
                    "The signature method is not HMAC-SHA1, the only one here",
                ),
                _ => Refusal::new(
                    Code::OauthSignature,
                    "The signature does not match the one calculated here",
                ),
            })?;
        // Only now, so that nobody without the secrets can use up a nonce.
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        guard
            .admit(received, clock.seconds())
            .map_err(|error| Refusal::new(Code::DuplicateRequest, error.to_string()))
    }

    fn explain(&self, signed: &Signed<'_>) -> Option<String> {
        if signed.form.is_some_and(|form| form.len() > EXPLAINED) {
            return None;
        }
        let mut secrets = Secrets::new(&self.keys.consumer_secret);
        if let Some(token) = signed.token {
            secrets = secrets.token(token.secret());
        }
        let secrets = secrets.identifiers(
            &self.keys.consumer_key,
            signed.token.map(|token| token.identifier()),
        );
        self.explainer.explain(Refused {
            method: signed.method.to_owned(),
            url: signed.url.to_owned(),
            form: signed.form.map(str::to_owned),
            header: signed.header.to_owned(),
            secrets,
        })
    }
}

pub(super) fn without_token() -> Refusal {
    let message = "The request is signed without a token, so for no user";
    Refusal::new(Code::UserNotAuthenticated, message)
}

/// What was signed, and how it says so.
struct Signed<'a> {
    method: &'a str,
    url: &'a str,
    form: Option<&'a str>,
    header: &'a str,
    token: Option<&'a Token>,
}
