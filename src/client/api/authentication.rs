//! Signing in with a password, the second factor, and the tokens that come of it.
//!
//! Extra Horizon has no redirect to a page of its own: an application that has an e-mail address and a password gets token
//! credentials for them, and takes a second step where the user has a second factor.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use zeroize::{Zeroize as _, ZeroizeOnDrop, Zeroizing};

use crate::client::{
    agent::client::Client,
    outcome::{
        api_error::ApiError, codes::ErrorCode, error::Error, request_error::RequestError,
        response::Response,
    },
};
use crate::oauth1::{Credentials, percent};

/// The path of the tokens.
const TOKENS: &str = "/auth/v2/oauth1/tokens";

/// The most of an answer about tokens, in bytes: a page of them has some 10 KiB.
const LARGEST_ANSWER: u64 = 256 << 10;

/// No list has more; an API that says otherwise repeats itself.
const MOST_TOKENS: usize = 100_000;

/// The most that the API gives at once.
const PAGE: usize = 50;

/// What e-mail address and password lead to.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Login {
    /// A token.
    Token(NewToken),
    /// The user has a second factor, which must be [confirmed](Client::confirm_login) first.
    SecondFactor(SecondFactor),
}

/// A token that was just made, with its secret, which `Debug` does not show and which is not to be had again.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NewToken {
    /// The identifier, for [`Client::delete_token`].
    pub id: Option<String>,
    /// The user it stands for.
    pub user_id: Option<String>,
    /// The token credentials to sign with.
    pub credentials: Credentials,
}

/// A login that waits for a second factor.
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct SecondFactor {
    /// What the API knows this login by.
    token: Zeroizing<String>,
    /// How many seconds it waits.
    #[serde(default, rename = "tokenExpiresIn", alias = "token_expires_in")]
    pub expires_in: Option<f64>,
    /// The methods that the user has; one of them is chosen.
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

/// A token as the API lists it; its secret is not kept, where an API still tells it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[non_exhaustive]
pub struct Token {
    /// The identifier, for [`Client::delete_token`].
    pub id: String,
    /// The token, which requests name.
    pub token: String,
    /// The application it was made for.
    #[serde(default, rename = "applicationId", alias = "application_id")]
    pub application_id: Option<String>,
    /// The user it stands for.
    #[serde(default, rename = "userId", alias = "user_id")]
    pub user_id: Option<String>,
}

impl Client {
    /// Asks for a token with an e-mail address and a password.
    ///
    /// The request is signed with the client credentials alone, also where this client has a token; one that has none is
    /// built with [`Settings::configuration_without_token`](crate::client::Settings::configuration_without_token). It is sent once,
    /// whatever [`Retry`] and the server's clock say: the API freezes logins after ten failures and locks an account after
    /// fifty. Our copy of the body is wiped; those in the buffers of connection and TLS live until the client is dropped.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with [`ErrorCode::Authentication`] for a wrong address or password, [`ErrorCode::OauthKey`] for an unknown
    /// application, [`ErrorCode::LoginTimeout`], [`ErrorCode::LoginFreeze`] and [`ErrorCode::TooManyFailedAttempts`] for too
    /// many; [`Error::Unexpected`] where the answer has no token; and as
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
    /// # Ok::<(), Box<dyn core::error::Error>>(())
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
            Err(Error::Api(error)) if error.code == Some(ErrorCode::MfaRequired) => {
                match SecondFactor::read(&error) {
                    Some(factor) => Ok(Login::SecondFactor(factor)),
                    None => Err(Error::Api(error)),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Completes a login with a code of one of the second factor's methods; it is sent once.
    ///
    /// # Errors
    ///
    /// [`Error::Api`] with [`ErrorCode::InvalidMfaCode`] for a wrong code, [`ErrorCode::InvalidMfaToken`] for a login that has
    /// waited too long, [`ErrorCode::MfaReattemptDelay`] for a try that came too early; and as [`login`](Self::login).
    pub fn confirm_login(
        &self,
        factor: &SecondFactor,
        method_id: &str,
        code: &str,
    ) -> Result<NewToken, Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Body<'a> {
            token: &'a str,
            method_id: &'a str,
            code: &'a str,
        }
        let body = Body {
            token: &factor.token,
            method_id,
            code,
        };
        let length = factor.token.len() + method_id.len() + code.len();
        self.ask_once(&format!("{TOKENS}/mfa"), &body, length)
            .and_then(NewToken::read)
    }

    /// Sends a body with secrets of so many octets, once, and signed by the application alone.
    fn ask_once(
        &self,
        path: &str,
        body: &impl Serialize,
        length: usize,
    ) -> Result<Response, Error> {
        // Room for all of it, even if each byte is escaped (`\u0001`): a vector that grows leaves copies behind.
        let mut json = Zeroizing::new(Vec::with_capacity(6 * length + 64));
        serde_json::to_writer(&mut *json, body).map_err(|_| RequestError::Json)?;
        self.for_login()
            .request("POST", path)?
            .body(core::mem::take(&mut *json), "application/json")?
            .body_limit(LARGEST_ANSWER)
            .send()
    }

    /// The user's tokens, of all applications; as many calls as there are pages.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and [`Error::Unexpected`] where an answer is no page.
    pub fn tokens(&self) -> Result<Vec<Token>, Error> {
        #[derive(Deserialize)]
        struct Answer {
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
            let mut page: Answer = self
                .request("GET", &path)?
                .body_limit(LARGEST_ANSWER)
                .send()?
                .json()?;
            let is_last = page.data.is_empty();
            tokens.append(&mut page.data);
            if is_last || tokens.len() >= page.page.total.min(MOST_TOKENS) {
                return Ok(tokens);
            }
        }
    }

    /// Revokes a token, by its identifier; it tells whether there was one.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete), and [`Error::Unexpected`] where the answer does not say how many were affected.
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
        Ok(Self {
            id: wire.id,
            user_id: wire.user_id,
            credentials: Credentials::new(wire.token, wire.token_secret),
        })
    }
}

impl SecondFactor {
    /// Reads what the API says with [`ErrorCode::MfaRequired`].
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
