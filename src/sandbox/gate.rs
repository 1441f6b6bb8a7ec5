//! Who is calling: the checks of RFC 5849 §3.2, with the API's errors.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use std::sync::{Mutex, PoisonError};

use super::{
    Keys,
    answer::{Code, Refusal},
    http::Message,
};
use crate::explain::{self, Secrets, Subject, diagnose};
use crate::oauth1::{
    Authorization, Credentials, MemoryReplayGuard, ParseError, ReplayGuard as _, Request, Signer,
    VerifyError, timestamp,
};

/// Seconds that a timestamp may be off.
const WINDOW: u64 = 300;
const REMEMBERED: usize = 100_000;

/// Knows one client with one token.
pub(super) struct Gate {
    keys: Keys,
    signer: Signer,
    guard: Mutex<MemoryReplayGuard>,
}

impl Gate {
    pub(super) fn new(keys: &Keys) -> Self {
        let client = Credentials::new(keys.consumer_key.as_str(), keys.consumer_secret.as_str());
        let token = Credentials::new(keys.token.as_str(), keys.token_secret.as_str());
        Self {
            keys: keys.clone(),
            signer: Signer::new(client).token(token),
            guard: Mutex::new(MemoryReplayGuard::new(WINDOW, REMEMBERED)),
        }
    }

    /// Lets a request in that is signed by the client for the token's user.
    pub(super) fn admit(&self, message: &Message) -> Result<(), Refusal> {
        let header = message.single("Authorization")?.ok_or_else(|| {
            let message = "There is no Authorization header: the request is not signed";
            Refusal::new(Code::UserNotAuthenticated, message)
        })?;
        let url = message.url()?;
        let form = message.form()?;
        self.check(&message.method, &url, form, header)
            .map_err(|mut refusal| {
                let explanation = explain_refusal(&message.method, &url, form, &self.keys, header);
                if let Some(explanation) = explanation {
                    refusal.message.push_str(". ");
                    refusal.message.push_str(&explanation);
                }
                refusal
            })
    }

    fn check(
        &self,
        method: &str,
        url: &str,
        form: Option<&str>,
        header: &str,
    ) -> Result<(), Refusal> {
        let received = Authorization::parse(header).map_err(|error| match error {
            ParseError::NotOAuth => Refusal::new(Code::UserNotAuthenticated, error.to_string()),
            _ => Refusal::new(Code::IllegalArgument, error.to_string()),
        })?;
        if received.consumer_key() != self.keys.consumer_key {
            let message = "The consumer key is not one of this sandbox";
            return Err(Refusal::new(Code::OauthKey, message));
        }
        let token = received.token().unwrap_or_default();
        if token.is_empty() {
            let message = "The request is signed without a token, so for no user";
            return Err(Refusal::new(Code::UserNotAuthenticated, message));
        }
        if token != self.keys.token {
            let message = "The token is unknown for this consumer key";
            return Err(Refusal::new(Code::OauthToken, message));
        }
        let mut request = Request::new(method, url)
            .map_err(|error| Refusal::new(Code::IllegalArgument, error.to_string()))?;
        if let Some(form) = form {
            request = request
                .form(form)
                .map_err(|error| Refusal::new(Code::BodyFormat, error.to_string()))?;
        }
        self.signer
            .verify(&request, &received)
            .map_err(|error| match error {
                VerifyError::SignatureMethod => {
                    "The signature method is not HMAC-SHA1, the only one here"
                }
                _ => "The signature does not match the one calculated here",
            })
            .map_err(|message| Refusal::new(Code::OauthSignature, message))?;
        // Only now, so that nobody without the secrets can use up a nonce.
        let refuse = |error: &dyn core::error::Error| {
            Refusal::new(Code::DuplicateRequest, error.to_string())
        };
        let now = timestamp().map_err(|error| refuse(&error))?;
        let mut guard = self.guard.lock().unwrap_or_else(PoisonError::into_inner);
        guard.admit(&received, now).map_err(|error| refuse(&error))
    }
}

/// Says what a client did wrong, as far as it can be found out from what it sent: only where an answer is proven.
fn explain_refusal(
    method: &str,
    url: &str,
    form: Option<&str>,
    keys: &Keys,
    header: &str,
) -> Option<String> {
    let mut subject = Subject::new(method, url);
    subject.form = form;
    let secrets = Secrets::new(&keys.consumer_secret)
        .token(&keys.token_secret)
        .identifiers(&keys.consumer_key, Some(&keys.token));
    let diagnosis = diagnose(subject, &secrets, header, &explain::Options::default());
    let explanation = diagnosis.explanations.first()?;
    let sentences: Vec<_> = explanation
        .mistakes
        .iter()
        .map(|found| format!("{} ({})", found.mistake.sentence, found.mistake.id))
        .collect();
    (!sentences.is_empty()).then(|| sentences.join("; "))
}
