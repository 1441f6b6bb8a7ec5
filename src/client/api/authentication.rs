//! Login with a password and a second factor, and tokens.
//!
//! Extra Horizon has no redirect to a login page: an application sends an e-mail address and a password, and gets token
//! credentials. If the user has a second factor, there is a second step.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use crate::client::{
    agent::client::Client,
    outcome::{api_error::ApiError, codes::ErrorCode, error::Error, request_error::RequestError, response::Response},
};
use crate::oauth1::{Credentials, percent};

/// The path of the tokens.
const TOKENS: &str = "/auth/v2/oauth1/tokens";

/// Maximum size of a response about tokens, in bytes. A page of them has about 10 KiB.
const LARGEST_RESPONSE: u64 = 256 << 10;

/// Maximum number of tokens. An API that reports more repeats itself.
const MOST_TOKENS: usize = 100_000;

/// The API's maximum page size.
const PAGE: usize = 50;

/// The result of a login with an e-mail address and a password.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Login {
    /// A token.
    Token(NewToken),
    /// The user has a second factor, which must be [confirmed](Client::confirm_login) first.
    SecondFactor(SecondFactor),
}

/// A new token with its secret. `Debug` does not show the secret, and the API does not return it again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewToken {
    /// The identifier, for [`Client::delete_token`].
    pub id: Option<String>,
    /// The user whom it belongs to.
    pub user_id: Option<String>,
    /// The token credentials to sign with.
    pub credentials: Credentials,
}

/// A login that waits for a second factor.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct SecondFactor {
    /// The API's identifier of this login.
    token: Zeroizing<String>,
    /// Seconds until it expires.
    #[serde(default, rename = "tokenExpiresIn", alias = "token_expires_in")]
    pub expires_in: Option<f64>,
    /// The user's methods, of which one must be confirmed.
    #[serde(default)]
    pub methods: Vec<Method>,
}

impl ZeroizeOnDrop for SecondFactor {}

/// A method of a second factor.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct Method {
    /// The identifier.
    pub id: String,
    /// The type, such as `totp` or `recoveryCodes`.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    /// The name that the user gave it.
    #[serde(default)]
    pub name: Option<String>,
}

/// A token in a list, without its secret.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct Token {
    /// The identifier, for [`Client::delete_token`].
    pub id: String,
    /// The token, as in `oauth_token`.
    pub token: String,
    /// The application that it was created for.
    #[serde(default, rename = "applicationId", alias = "application_id")]
    pub application_id: Option<String>,
    /// The user whom it belongs to.
    #[serde(default, rename = "userId", alias = "user_id")]
    pub user_id: Option<String>,
}

impl Client {
    /// Requests a token with an e-mail address and a password.
    ///
    /// The request is signed with the client credentials alone, even if this client has a token. A client without a
    /// token is built with
    /// [`Settings::configuration_without_token`](crate::client::Settings::configuration_without_token). The request is
    /// sent exactly once: the API freezes logins after ten failures and locks an account after fifty. Our copy of the
    /// body is wiped. ureq and rustls do not wipe their buffers, which live until the client is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with [`ErrorCode::Authentication`] for a wrong address or password, [`ErrorCode::OauthKey`] for
    /// an unknown application, [`ErrorCode::LoginTimeout`], [`ErrorCode::LoginFreeze`] and
    /// [`ErrorCode::TooManyFailedAttempts`] for too many; [`Error::Unexpected`] if the response has no token; and as
    /// [`RequestBuilder::send`](crate::client::RequestBuilder::send).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use exh_oauth1::client::{Client, Login, Options, Settings};
    ///
    /// let settings = Settings::from_env(Options::default());
    /// let application = Client::builder(settings.configuration_without_token()?).build()?;
    /// let token = match application.login("zoe@example.com", "correct horse")? {
    ///     Login::Token(token) => token,
    ///     Login::SecondFactor(factor) => application.confirm_login(&factor, &factor.methods[0].id, "123456")?,
    ///     _ => unreachable!(),
    /// };
    /// println!("{}", application.with_token(token.credentials).me()?.id);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn login(&self, email: &str, password: &str) -> Result<Login, Error> {
        #[derive(Serialize)]
        struct Body<'a> {
            email: &'a str,
            password: &'a str,
        }
        let length = email.len() + password.len();
        match self.ask_once(TOKENS, &Body { email, password }, length) {
            Ok(response) => NewToken::read(response).map(Login::Token),
            Err(Error::Api(error)) if error.code == Some(ErrorCode::MfaRequired) => match SecondFactor::read(&error) {
                Some(factor) => Ok(Login::SecondFactor(factor)),
                None => Err(Error::Api(error)),
            },
            Err(error) => Err(error),
        }
    }

    /// Completes a login with a code of one of the second factor's methods. It is sent exactly once.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with [`ErrorCode::InvalidMfaCode`] for a wrong code, [`ErrorCode::InvalidMfaToken`] for an
    /// expired login, [`ErrorCode::MfaReattemptDelay`] for a code that came too early; and as [`login`](Self::login).
    pub fn confirm_login(&self, factor: &SecondFactor, method_id: &str, code: &str) -> Result<NewToken, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            token: &'a str,
            method_id: &'a str,
            code: &'a str,
        }
        let body = Body { token: &factor.token, method_id, code };
        let length = factor.token.len() + method_id.len() + code.len();
        self.ask_once(&format!("{TOKENS}/mfa"), &body, length).and_then(NewToken::read)
    }

    /// Sends a body with `length` bytes of secrets once, signed without a token.
    fn ask_once(&self, path: &str, body: &impl Serialize, length: usize) -> Result<Response, Error> {
        // Room for all of it, even if each byte is escaped (`\u0001`): a vector that grows leaves copies in memory.
        let mut json = Zeroizing::new(Vec::with_capacity(6 * length + 64));
        serde_json::to_writer(&mut *json, body).map_err(|_| RequestError::Json)?;
        self.for_login()
            .request("POST", path)?
            .body(std::mem::take(&mut *json), "application/json")?
            .body_limit(LARGEST_RESPONSE)
            .send()
    }

    /// The user's tokens, of all applications. There is one call per page.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and [`Error::Unexpected`] if a response is not a page.
    pub fn tokens(&self) -> Result<Vec<Token>, Error> {
        #[derive(Deserialize)]
        struct List {
            page: Page,
            data: Vec<Token>,
        }
        #[derive(Deserialize)]
        struct Page {
            total: usize,
        }
        let mut tokens = Vec::new();
        loop {
            let path = format!("{TOKENS}?limit({PAGE},{})", tokens.len());
            let mut page: List = self.request("GET", &path)?.body_limit(LARGEST_RESPONSE).send()?.json()?;
            let is_last = page.data.is_empty();
            tokens.append(&mut page.data);
            if is_last || tokens.len() >= page.page.total.min(MOST_TOKENS) {
                return Ok(tokens);
            }
        }
    }

    /// Revokes a token by its identifier. Returns whether it existed.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete), and [`Error::Unexpected`] if the response does not say how many were affected.
    pub fn delete_token(&self, id: &str) -> Result<bool, Error> {
        #[derive(Deserialize)]
        struct Affected {
            #[serde(rename = "affectedRecords", alias = "affected_records")]
            records: u64,
        }
        let path = format!("{TOKENS}/{}", percent::encode(id));
        let affected: Affected = self.delete(&path)?.json()?;
        Ok(affected.records > 0)
    }
}

impl NewToken {
    fn read(response: Response) -> Result<Self, Error> {
        #[derive(Deserialize)]
        struct Wire {
            #[serde(default)]
            id: Option<String>,
            #[serde(default, rename = "userId", alias = "user_id")]
            user_id: Option<String>,
            #[serde(deserialize_with = "filled")]
            token: String,
            #[serde(rename = "tokenSecret", alias = "token_secret")]
            #[serde(deserialize_with = "filled")]
            token_secret: String,
        }
        let wire: Wire = response.json()?;
        response.into_bytes().zeroize();
        Ok(Self { id: wire.id, user_id: wire.user_id, credentials: Credentials::new(wire.token, wire.token_secret) })
    }
}

impl SecondFactor {
    /// Reads the body of an error with [`ErrorCode::MfaRequired`].
    fn read(error: &ApiError) -> Option<Self> {
        #[derive(Deserialize)]
        struct Wire {
            mfa: SecondFactor,
        }
        error.response.json().ok().map(|wire: Wire| wire.mfa)
    }
}

impl fmt::Debug for SecondFactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SecondFactor")
            .field("expires_in", &self.expires_in)
            .field("methods", &self.methods)
            .finish_non_exhaustive()
    }
}

/// Text that is not empty.
fn filled<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Err(serde::de::Error::custom("empty"));
    }
    Ok(text)
}
